using OpsDashboard.Incidents.Timeline;

namespace OpsDashboard.Incidents.Leading;

/// <summary>Who had which role from when to when, as the timeline says it: the incident itself knows only who has it now. Pure.</summary>
static class RoleSpans
{
    /// <param name="lines">The oldest first.</param>
    public static IReadOnlyList<RoleSpan> Of(IEnumerable<TimelineEntry> lines)
    {
        var spans = new List<RoleSpan>();
        foreach (var line in lines.Where(line => line is { Kind: EntryKind.Role, ByName: not null }))
        {
            foreach (var role in Enum.GetValues<IncidentRole>())
                Read(spans, line, line.ByName!, role);
        }
        return spans;
    }

    // The sentences of Incident.Taken, Accepted and Left.
    static void Read(List<RoleSpan> spans, TimelineEntry line, string name, IncidentRole role)
    {
        var word = IncidentWords.Of(role);
        var tookOver = line.Text.StartsWith($"{name} took over from ", StringComparison.Ordinal) && line.Text.EndsWith($" as {word} (accepted)", StringComparison.Ordinal);
        if (tookOver)
            End(spans, role, null, line.At);
        if (tookOver || line.Text == $"{name} is {word}" || line.Text == $"{name} accepted: {word}")
            spans.Add(new(role, name, line.At, null));
        else if (line.Text == $"{name} is no longer {word}")
            End(spans, role, name, line.At);
    }

    static void End(List<RoleSpan> spans, IncidentRole role, string? name, DateTimeOffset at)
    {
        for (var i = 0; i < spans.Count; i++)
        {
            if (spans[i] is { Until: null } span && span.Role == role && (name is null || span.Name == name))
                spans[i] = span with { Until = at };
        }
    }
}
