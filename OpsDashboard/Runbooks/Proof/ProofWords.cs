using OpsDashboard.Catalogue;

namespace OpsDashboard.Runbooks.Proof;

/// <summary>What is said of a goal.</summary>
public static class ProofWords
{
    public static string Verdict(RunEffect effect, Run run, GoalWatch watch, DateTimeOffset at) => effect switch
    {
        RunEffect.Effective => $"“{run.Goal!.AlertName}” is green, and stayed green for {Seconds(run.Goal.Hold)}; {Seconds((watch.GreenSince ?? at) - run.StartedAt)} after the start.",
        RunEffect.NotEffective => $"Every step is done, but “{run.Goal!.AlertName}” still holds {Seconds(at - watch.Since)} later.",
        _ => $"Every step is done, but nothing is known of “{run.Goal!.AlertName}”: {(watch.LastSeen is { } seen ? $"no fresh samples for {Seconds(at - seen)}" : "there were no fresh samples")}.",
    };

    static string Seconds(TimeSpan span) => PrometheusDuration.Format(TimeSpan.FromSeconds(Math.Max(0, Math.Round(span.TotalSeconds))));
}
