namespace OpsDashboard.Simulator;

/// <summary>Settings of the simulator, section <c>Simulator</c>.</summary>
sealed class SimulatorOptions
{
    /// <summary>Runs it. Default: true in Development, else false.</summary>
    public bool? Enabled { get; set; }

    /// <summary>The same seed gives the same days.</summary>
    public int Seed { get; set; } = 20261122;

    /// <summary>How often the systems move on by themselves.</summary>
    public TimeSpan Tick { get; set; } = TimeSpan.FromMilliseconds(250);
}
