using OpsDashboard.Ui;

namespace OpsDashboard.Objectives.Pages;

/// <summary>How an outcome looks. A missed target is amber: red is for what is broken now.</summary>
static class KpiTone
{
    public static Tone Of(KpiOutcome outcome) => outcome switch
    {
        KpiOutcome.Met => Tone.Ok,
        KpiOutcome.Missed => Tone.Warning,
        KpiOutcome.NoData => Tone.Unknown,
        _ => Tone.Plain,
    };

    public static string Word(KpiOutcome outcome) => outcome switch
    {
        KpiOutcome.Met => "met",
        KpiOutcome.Missed => "missed",
        KpiOutcome.NoData => "no data",
        _ => "no target",
    };

    public static string Anchor(string systemId, Kpi kpi) => $"def-{systemId}-{kpi.Id}";
}
