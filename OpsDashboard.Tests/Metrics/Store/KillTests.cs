using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Metrics.Store;

public sealed class KillTests
{
    [Fact]
    public async Task Kill_UnderLoad_LosesNothingAcknowledged()
    {
        var output = await RealServer.RunAsync(Environment.ProcessPath!, BenchAssembly(), "chaos", "3");
        Assert.Contains("0 of them lost", output);
        Assert.Contains("0 damaged records", output);
    }

    /// <summary>Beside this assembly's own: …/OpsDashboard.Tests/bin/Debug/net10.0 → …/OpsDashboard.Bench/bin/Debug/net10.0.</summary>
    static string BenchAssembly()
    {
        var own = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        return Path.Combine(own.Replace("OpsDashboard.Tests", "OpsDashboard.Bench", StringComparison.Ordinal), "OpsDashboard.Bench.dll");
    }
}
