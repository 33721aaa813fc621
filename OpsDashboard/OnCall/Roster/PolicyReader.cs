using OpsDashboard.Alerts.Silences;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics;
using OpsDashboard.OnCall.Policies;
using OpsDashboard.OnCall.Rotations;

namespace OpsDashboard.OnCall.Roster;

/// <summary>Reads one of <c>policies</c>: the first level at once, each later one later, a known target everywhere.</summary>
sealed class PolicyReader(IReadOnlyDictionary<string, Person> people, IReadOnlyDictionary<string, Team> teams, IReadOnlyDictionary<string, Schedule> schedules)
{
    static readonly TimeSpan DefaultForgotten = TimeSpan.FromSeconds(1800), DefaultEvery = TimeSpan.FromMinutes(5), Shortest = TimeSpan.FromSeconds(10);

    /// <summary>A level that pages more often than this says a wrong thing about its policy.</summary>
    const int MostRepeats = 100;

    public EscalationPolicy Read(YamlMap entry)
    {
        var levels = entry.Maps("levels").Select(ReadLevel).ToArray();
        if (levels.Length == 0)
            entry.Report("levels", "The policy has no level: nobody would be paged.", "Write `levels: [{ person: ana }]`.");
        else
            CheckOrder(entry, levels);
        var forgotten = entry.Duration("forgottenAfter") ?? DefaultForgotten;
        if (forgotten < Shortest)
            entry.Report("forgottenAfter", "An acknowledgement cannot be forgotten that fast.", "Write for example `forgottenAfter: 30m`.");
        return new(entry.Identifier("id"), entry.Required("name"), levels, forgotten, Matchers(entry), entry.Line);
    }

    static void CheckOrder(YamlMap entry, EscalationLevel[] levels)
    {
        if (levels[0].After is { } first && first > TimeSpan.Zero)
            entry.ReportAt(levels[0].Line, $"Nobody is paged for the first {PrometheusDuration.Format(first)}: the first level comes at once.", "Leave its `after:` out, or write `after: 0s`.");
        for (var index = 1; index < levels.Length; index++)
        {
            var (before, now) = (index == 1 ? TimeSpan.Zero : levels[index - 1].After, levels[index].After);
            if (now is { } after && before is null)
                entry.ReportAt(levels[index].Line, "A level that comes by time stands behind one that does not.", "Give the level before an `after:` as well, or leave this one's out.");
            else if (now is { } late && late <= before)
                entry.ReportAt(levels[index].Line, $"The level comes after {PrometheusDuration.Format(late)}, not later than the one before.", "Let the delays rise from level to level; they count from the beginning.");
        }
    }

    EscalationLevel ReadLevel(YamlMap map)
    {
        var targets = new List<PageTarget>();
        Add(map, "person", TargetKind.Person, people.Keys, targets);
        Add(map, "schedule", TargetKind.Schedule, schedules.Keys, targets);
        Add(map, "team", TargetKind.Team, teams.Keys, targets);
        if (targets.Count == 0)
            map.ReportAt(map.Line, "The level pages nobody.", "Add `person:`, `schedule:` or `team:`.");
        var (after, repeat, every) = (map.Duration("after"), map.Integer("repeat") ?? 0, map.Duration("every") ?? DefaultEvery);
        if (repeat is < 0 or > MostRepeats)
            map.Report("repeat", $"`repeat: {repeat}` is not between 0 and {MostRepeats}.", "Write for example `repeat: 2`.");
        if (every < Shortest)
            map.Report("every", $"Nobody can answer within {PrometheusDuration.Format(every)}.", "Write for example `every: 5m`.");
        map.RejectUnknownKeys();
        return new(after, targets, repeat, every, map.Line);
    }

    static void Add(YamlMap map, string key, TargetKind kind, IEnumerable<string> known, List<PageTarget> targets)
    {
        foreach (var id in map.Texts(key))
        {
            if (known.Contains(id))
                targets.Add(new(kind, id));
            else
                map.Report(key, $"There is no {key} `{id}`.", known.Any() ? $"Use one of {string.Join(", ", known)}." : $"Add it under `{(key == "person" ? "people" : key + "s")}:`.");
        }
    }

    static IReadOnlyList<LabelMatcher> Matchers(YamlMap entry)
    {
        try
        {
            return entry.Texts("pages") is { Count: > 0 } texts ? [.. texts.SelectMany(MatcherText.ParseAll)] : [new("severity", MatchKind.Equal, "critical")];
        }
        catch (FormatException wrong)
        {
            entry.Report("pages", wrong.Message, "Write for example `pages: ['severity=\"critical\"']`.");
            return [];
        }
    }
}
