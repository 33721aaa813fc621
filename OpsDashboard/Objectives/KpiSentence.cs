using System.Globalization;
using OpsDashboard.Metrics.Charts;

namespace OpsDashboard.Objectives;

/// <summary>Says a report in words before the tables do.</summary>
public static class KpiSentence
{
    const int MostNamed = 4;

    /// <summary>How many systems met their targets, and which figures did not.</summary>
    public static string Summary(KpiReport report)
    {
        if (report.Systems.Count == 0)
            return "There is no system to report on.";
        if (report.Systems.All(system => system.FirstData is null))
            return $"There is no data of {report.Month.Title}.";
        var judged = report.Systems.Where(system => system.Lines.Any(line => line.Outcome is KpiOutcome.Met or KpiOutcome.Missed)).ToArray();
        var missed = report.Systems.SelectMany(system => system.Missed.Select(line => Missed(system, line))).ToArray();
        var unknown = report.Systems.Sum(system => system.Lines.Count(line => line.Outcome == KpiOutcome.NoData));
        var without = report.Systems.Count(system => !system.HasTargets);
        return string.Join(" ", new[]
        {
            judged.Length == 0 ? "No figure with a target could be judged." : $"{judged.Count(system => !system.Missed.Any())} of {Count(judged.Length, "system")} met every target that could be judged.",
            missed.Length == 0 ? "" : $"Missed: {string.Join("; ", missed.Take(MostNamed))}{(missed.Length > MostNamed ? $"; and {missed.Length - MostNamed} more" : "")}.",
            unknown == 0 ? "" : $"{Count(unknown, "figure")} with a target {(unknown == 1 ? "has" : "have")} no data.",
            without == 0 ? "" : $"{Count(without, "system")} {(without == 1 ? "has" : "have")} no target set.",
        }.Where(part => part.Length > 0));
    }

    /// <summary>How much of the month the figures stand on.</summary>
    public static string Data(KpiReport report)
    {
        var gaps = report.Systems.Where(system => system.Coverage < report.Coverage - 0.005).Select(system => $"{system.System.Name} {Share(system.Coverage)}").ToArray();
        return $"Data: {Share(report.Coverage)} of the time that has passed in {report.Month.Title} is covered{(gaps.Length == 0 ? "" : $" ({string.Join(", ", gaps)})")}. What is not covered is left out of every figure, not counted as good.";
    }

    public static string Share(double ratio) => ratio switch
    {
        >= 1 => "100 %",
        > 0.999 => "over 99.9 %",
        > 0 and < 0.001 => "under 0.1 %",
        _ => (ratio * 100).ToString("0.#", CultureInfo.InvariantCulture) + " %",
    };

    static string Missed(SystemReport system, KpiLine line) =>
        $"{system.System.Name}, {line.Kpi.Title.ToLowerInvariant()} ({UnitFormat.Text(line.Figure.Actual, line.Kpi.Unit)}, target {Target(line.Kpi)})";

    /// <summary>The target with its direction: at least 60 fps, at most 500 ms.</summary>
    public static string Target(Kpi kpi) =>
        kpi.Target is { } target ? $"{(target.Better == Better.Higher ? "at least" : "at most")} {UnitFormat.Text(target.Value, kpi.Unit)}" : UnitFormat.None;

    static string Count(int count, string noun) => $"{count} {noun}{(count == 1 ? "" : "s")}";
}
