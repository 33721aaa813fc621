namespace OpsDashboard.Ui;

/// <summary>One thing that the monitoring says about itself in the line under the top bar.</summary>
/// <param name="Text">Words and figure, e.g. <c>31/31 targets fresh</c>.</param>
/// <param name="Ok">False turns the whole line red.</param>
/// <param name="Url">Where it is explained, or null.</param>
public sealed record PulseSign(string Text, bool Ok, string? Url = null);

/// <summary>How the monitoring itself is. Filled by the features that know; thread-safe; read once a second.</summary>
public interface IPulse
{
    /// <summary>The most important sign first; on a phone only the first is shown.</summary>
    IReadOnlyList<PulseSign> Signs { get; }

    /// <summary>Number of simulated systems; 0 hides the mark.</summary>
    int Simulated { get; }
}
