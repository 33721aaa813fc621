using OpsDashboard.Ui;

namespace OpsDashboard.Alerts;

public static class HealthTone
{
    public static Tone Tone(this Health health) => health switch
    {
        Health.Critical => Ui.Tone.Critical,
        Health.Unknown => Ui.Tone.Unknown,
        Health.Warning => Ui.Tone.Warning,
        Health.Maintenance => Ui.Tone.Maintenance,
        _ => Ui.Tone.Ok,
    };
}
