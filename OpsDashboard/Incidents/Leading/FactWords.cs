using OpsDashboard.Runbooks;

namespace OpsDashboard.Incidents.Leading;

/// <summary>Facts of an incident in words, as the page, the Markdown and the bundle say them.</summary>
public static class FactWords
{
    public const string None = "–";

    public static IEnumerable<(string Name, string Value)> Of(IncidentFacts facts)
    {
        yield return ("Impact began", $"{facts.BeganAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC");
        yield return ("Detected after", IncidentWords.Spoken(facts.DetectedAfter));
        yield return ("Acknowledged after", Span(facts.AcknowledgedAfter));
        yield return ("Mitigating after", Span(facts.MitigatedAfter));
        yield return ("Restored after", Span(facts.RestoredAfter));
        foreach (var recovery in facts.Recoveries)
            yield return ($"RTO of {recovery.SystemId}", Of(recovery));
        yield return ("Updates", facts.Updates == 0 && facts.LateUpdates == 0 ? "none sent" : $"{facts.Updates} sent, {(facts.LateUpdates == 0 ? "none late" : $"{facts.LateUpdates} late or missing")}");
        yield return ("Alerts", $"{facts.Alerts}");
        yield return ("Likely change", facts.LikelyChange is { } likely ? $"{likely.Change.Text} ({likely.Change.By}, {IncidentWords.Spoken(facts.BeganAt - likely.Change.At)} before)" : "none that is known here");
    }

    public static string Of(RecoveryFact recovery) => recovery switch
    {
        { Took: null } => "not restored",
        { Within: null } => $"{IncidentWords.Spoken(recovery.Took.Value)}; no RTO is set",
        _ => $"{(recovery.IsMet == true ? "met" : "missed")}: {IncidentWords.Spoken(recovery.Took.Value)} of {IncidentWords.Spoken(recovery.Within.Value)}",
    };

    public static string Of(Run run) => $"{run.Name} {run.Title}: {RunWords.State(run).ToLowerInvariant()}, started by {run.StartedByName}";

    public static string Span(TimeSpan? span) => span is { } known ? IncidentWords.Spoken(known) : None;
}
