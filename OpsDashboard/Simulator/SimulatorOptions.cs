namespace OpsDashboard.Simulator;

/// <summary>Settings of the simulator, section <c>Simulator</c>.</summary>
sealed class SimulatorOptions
{
    /// <summary>Runs it. Default: true in Development, else false.</summary>
    public bool? Enabled { get; set; }

    /// <summary>The same seed gives the same days.</summary>
    public int Seed { get; set; } = 20261122;

    /// <summary>A PostgreSQL in which the systems really work, so that the native collectors have something to read: <c>Host=…;Port=…;Database=…;Username=…</c>.</summary>
    public string? Postgres { get; set; }

    public string? PostgresPassword { get; set; }

    /// <summary>A Redis of the simulator's own, <c>host:port</c>.</summary>
    public string? Redis { get; set; }

    public string? RedisPassword { get; set; }

    /// <summary>How often the systems move on by themselves.</summary>
    public TimeSpan Tick { get; set; } = TimeSpan.FromMilliseconds(250);
}
