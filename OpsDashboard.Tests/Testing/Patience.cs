namespace OpsDashboard.Tests.Testing;

/// <summary>How long a test waits for what must happen: long enough for a machine that does twenty other things, so that only a hang fails.</summary>
public static class Patience
{
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary><see cref="Limit"/> as Playwright takes it.</summary>
    public const float Milliseconds = 120_000;
}
