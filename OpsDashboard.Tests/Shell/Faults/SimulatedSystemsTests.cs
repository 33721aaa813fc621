using Microsoft.Extensions.Configuration;
using OpsDashboard.Catalogue;
using OpsDashboard.Shell.Faults;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Shell.Faults;

public sealed class SimulatedSystemsTests
{
    readonly SimulatedSystems simulated = new(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
    {
        ["Catalogue:Variables:cg_api"] = "http://127.0.0.1:40139",
        ["Catalogue:Variables:cg_node"] = "127.0.0.1:33121",
        ["Catalogue:Variables:cg_postgres"] = "",
    }).Build());

    [Theory]
    [InlineData("http://127.0.0.1:40139/cases/health", "simulator", true)]
    [InlineData("127.0.0.1:33121", "simulator", true)]
    [InlineData("127.0.0.1:3312", "simulator", false)]
    [InlineData("127.0.0.1:9100", "simulator", false)]
    [InlineData("", "simulator", false)]
    [InlineData("127.0.0.1:33121", "production", false)]
    public void System_IsSimulated_WhereItsTargetStandsInTheSimulator(string address, string environment, bool expected)
    {
        var target = CollectOnce.Target("prometheus", address, new object(), "here") with { Environment = environment };
        Assert.Equal(expected, simulated.Contains(new MonitoredSystem { Id = "shop", Name = "Shop", Short = "S", Components = [], Targets = [target] }));
    }
}
