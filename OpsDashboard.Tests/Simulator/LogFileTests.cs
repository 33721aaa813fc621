using OpsDashboard.Simulator.Faults;
using Xunit;

namespace OpsDashboard.Tests.Simulator;

/// <summary>What the simulated systems write into the files that the guides name.</summary>
public sealed class LogFileTests
{
    static async Task<Dictionary<string, string>> FilesAsync(SimulatedFleet fleet, string system, double seconds)
    {
        var simulated = fleet.Fleet.Find(system)!;
        for (var i = 0; i < seconds; i++)
        {
            fleet.Run(1, system);
            await simulated.PersistAsync(default);
        }
        var folder = fleet.Fleet.Addresses.Single(address => address.Value.EndsWith(Path.Combine(system, "logs"), StringComparison.Ordinal)).Value;
        return Directory.EnumerateFiles(folder).ToDictionary(path => Path.GetFileName(path), File.ReadAllText);
    }

    [Fact]
    public async Task HealthyDay_IsMostlyCalm()
    {
        await using var fleet = new SimulatedFleet();
        var files = await FilesAsync(fleet, "case-opening", 120);
        Assert.False(files.ContainsKey("error.log"));
        Assert.InRange(files["security.log"].Split('\n').Length, 5, 200);
        Assert.Contains("\" 401 ", files["access.log"], StringComparison.Ordinal);
        Assert.InRange(files["access.log"].Split('\n').Length, 50, 2000);
    }

    [Fact]
    public async Task Errors_TellOneStoryUnderOneCorrelationId()
    {
        await using var fleet = new SimulatedFleet();
        fleet.Fleet.CaseOpening.Faults.Start(FaultKind.Errors, 0.5, TimeSpan.FromMinutes(1));
        var files = await FilesAsync(fleet, "case-opening", 20);
        var failed = files["application.log"].Split('\n').First(line => line.Contains("\"request_failed\"", StringComparison.Ordinal));
        var id = failed.Split("\"correlation_id\":\"")[1].Split('"')[0];
        var chain = files["application.log"].Split('\n').Where(line => line.Contains(id, StringComparison.Ordinal)).ToList();
        Assert.Contains(chain, line => line.Contains("RECOVERY_", StringComparison.Ordinal) && line.Contains("\"component\":\"web\"", StringComparison.Ordinal));
        Assert.Contains("CRITICAL_ERROR", files["error.log"], StringComparison.Ordinal);
        Assert.Contains("\"stack\":", files["error.log"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("case-opening", "AUTH_FAILED", "SUSPICIOUS", "CASE_ACCESS_DENIED", "BALANCE_MANIPULATION")]
    [InlineData("dnd-companion", "auth_failed", "permission_denied")]
    [InlineData("liap-tui", "authentication_failed", "rate_limit_violation", "access_denied")]
    [InlineData("nba-projections", "unauthorized", "rate_limited")]
    [InlineData("quantum-nexus", "auth_failed", "suspicious_activity")]
    public async Task Attack_IsInTheSecurityLogWithItsAddresses(string system, params string[] events)
    {
        await using var fleet = new SimulatedFleet();
        fleet.Fleet.Find(system)!.Faults.Start(FaultKind.Attack, 20, TimeSpan.FromMinutes(2));
        var files = await FilesAsync(fleet, system, 60);
        foreach (var name in events)
            Assert.Contains($"\"event\":\"{name}\"", files["security.log"], StringComparison.Ordinal);
        Assert.Contains("203.0.113.66", files["security.log"], StringComparison.Ordinal);
        Assert.Contains("203.0.113.66", files["access.log"], StringComparison.Ordinal);
    }
}
