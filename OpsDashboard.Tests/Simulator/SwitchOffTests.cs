using OpsDashboard.Simulator;
using OpsDashboard.Simulator.Control;
using Xunit;

namespace OpsDashboard.Tests.Simulator;

public sealed class SwitchOffTests
{
    [Fact]
    public async Task SwitchedOff_NothingListens_AlsoAfterARestart_UntilSwitchedOn()
    {
        var folder = Directory.CreateTempSubdirectory("sim").FullName;
        using var client = new HttpClient();
        await using (var fleet = New(folder))
        {
            await fleet.StartAsync(default);
            var url = Health(fleet);
            Assert.Contains("healthy", await client.GetStringAsync(url), StringComparison.Ordinal);
            await fleet.SwitchAsync(on: false, default);
            await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(url));
            await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync($"http://{Address(fleet, "cg_node")}/metrics"));
        }
        await using (var again = New(folder))
        {
            await again.StartAsync(default);
            Assert.True(again.IsOff);
            await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(Health(again)));
            await again.SwitchAsync(on: true, default);
            Assert.Contains("healthy", await client.GetStringAsync(Health(again)), StringComparison.Ordinal);
        }
        Directory.Delete(folder, recursive: true);
    }

    static Fleet New(string folder) => new(TimeProvider.System, folder, 1, made => new ControlSite(made, "token", TimeProvider.System).Build());

    static string Health(Fleet fleet) => Address(fleet, "cg_api") + "/health";

    static string Address(Fleet fleet, string variable) => fleet.Addresses.First(address => address.Variable == variable).Value;
}
