namespace OpsDashboard.Simulator.Parts;

/// <summary>One step of a simulated system: now, the seconds that have passed since the last step, and how busy it is (0..1).</summary>
readonly record struct Moment(DateTimeOffset Now, double Seconds, double Level)
{
    /// <summary>A value between night and peak.</summary>
    public double Between(double night, double peak) => night + ((peak - night) * Level);

    public double UnixSeconds => Now.ToUnixTimeMilliseconds() / 1000.0;
}

/// <summary>What a request meets now.</summary>
/// <param name="ExtraSeconds">Added to every request.</param>
/// <param name="Stretch">Factor on the usual time.</param>
/// <param name="FailureRatio">Part that fails with 500, 0..1.</param>
/// <param name="TakenConnections">Part of the database's connections that somebody does not give back, 0..1.</param>
readonly record struct Conditions(double ExtraSeconds, double Stretch, double FailureRatio, double TakenConnections = 0)
{
    public static readonly Conditions Normal = new(0, 1, 0);
}
