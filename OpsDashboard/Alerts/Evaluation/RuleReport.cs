using System.IO.Compression;
using System.Text.Json;
using OpsDashboard.Catalogue;

namespace OpsDashboard.Alerts.Evaluation;

/// <summary>How rules did at their last evaluation, as the replica that evaluates stores it for those that only show.</summary>
static class RuleReport
{
    sealed record Group(string System, string Name, DateTimeOffset? At, TimeSpan Took, long Missed, IReadOnlyList<Entry> Rules);

    sealed record Entry(string Id, RuleHealth Health, string? Error, DateTimeOffset? At, TimeSpan Took, long Missed);

    public static byte[] Write(IEnumerable<RuleGroupStatus> groups)
    {
        var report = groups.Select(group => new Group(group.SystemId, group.Group.Name, group.EvaluatedAt, group.Duration, group.MissedTicks,
            [.. group.Rules.Select(rule => new Entry(rule.Rule.Id, rule.Health, rule.LastError, rule.EvaluatedAt, rule.Duration, rule.MissedTicks))])).ToArray();
        using var written = new MemoryStream();
        using (var zip = new GZipStream(written, CompressionLevel.Fastest))
            JsonSerializer.Serialize(zip, report);
        return written.ToArray();
    }

    /// <summary>The rules of the catalogue with what the report says of them; of what it does not know nothing is known.</summary>
    public static IReadOnlyList<RuleGroupStatus> Read(byte[]? report, CatalogueSnapshot catalogue)
    {
        var known = (report is null ? [] : Parse(report)).ToDictionary(group => (group.System, group.Name));
        return [.. RuleSet.Of(catalogue).Select(each =>
        {
            var group = known.GetValueOrDefault((each.SystemId, each.Group.Name));
            var entries = (group?.Rules ?? []).ToDictionary(entry => entry.Id);
            return new RuleGroupStatus(each.SystemId, each.Group, group?.At, group?.Took ?? TimeSpan.Zero, group?.Missed ?? 0, [.. each.Group.Rules.Select(rule => Status(each.SystemId, rule, entries.GetValueOrDefault(rule.Id)))]);
        })];
    }

    static RuleStatus Status(string systemId, GroupRule rule, Entry? entry) =>
        entry is null ? new(systemId, rule, RuleHealth.Unknown, null, null, TimeSpan.Zero, 0) : new(systemId, rule, entry.Health, entry.Error, entry.At, entry.Took, entry.Missed);

    static Group[] Parse(byte[] report)
    {
        using var zip = new GZipStream(new MemoryStream(report), CompressionMode.Decompress);
        return JsonSerializer.Deserialize<Group[]>(zip) ?? [];
    }
}
