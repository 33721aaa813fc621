namespace OpsDashboard.Ui;

/// <summary>The few things that colour may say, always beside a shape and a word.</summary>
public enum Tone { Plain, Critical, Unknown, Warning, Maintenance, Ok }

public static class Tones
{
    /// <summary>The class that the stylesheet knows it by.</summary>
    public static string Class(this Tone tone) => tone switch
    {
        Tone.Critical => "critical",
        Tone.Unknown => "unknown",
        Tone.Warning => "warning",
        Tone.Maintenance => "maint",
        Tone.Ok => "ok",
        _ => "",
    };
}
