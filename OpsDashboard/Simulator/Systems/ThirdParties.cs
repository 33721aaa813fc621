using OpsDashboard.Simulator.Faults;
using OpsDashboard.Simulator.Hosting;

namespace OpsDashboard.Simulator.Systems;

/// <summary>What Quantum Nexus depends on and does not run: wallet provider, RPC endpoint, token issuer, chain. They do not fail with it, but by a fault of their own.</summary>
sealed class ThirdParties(TimeProvider clock, FaultSet faults)
{
    const double BlockSeconds = 12;
    const long FirstBlock = 21_400_000;
    const double FirstBlockAt = 1_790_000_000;

    public double Height(DateTimeOffset now) => FirstBlock + Math.Floor((Seconds(now) - FirstBlockAt) / BlockSeconds);

    /// <summary>When the newest block was made, seconds since 1970.</summary>
    public double BlockTime(DateTimeOffset now) => FirstBlockAt + ((Height(now) - FirstBlock) * BlockSeconds);

    public void Map(Site site)
    {
        site.Get("/particle/status", context => Fails(context) ?? context.Json(new { status = "operational", timestamp = Stamp(), simulated = true }));
        site.Get("/auth/tokens", context => context.Json(new { status = "healthy", keys = 2, issued_at = Stamp(), simulated = true }));
        site.Get("/chain/head", context => context.Json(new { status = "healthy", height = (long)Height(clock.GetUtcNow()), age_seconds = Math.Round(Seconds(clock.GetUtcNow()) - BlockTime(clock.GetUtcNow()), 1), simulated = true }));
        site.Get("/chain/gas", context => context.Json(new { status = "healthy", suggested_gwei = 21, low_gwei = 14, high_gwei = 33, simulated = true }));
        site.Get("/rpc", RpcAsync).Map("POST", "/rpc", RpcAsync);
    }

    // The wallet provider and the RPC endpoint fail; tokens and chain are others' work.
    Task? Fails(HttpContext context) => faults.Has(FaultKind.ThirdParty) ? context.Json(new { status = "major_outage", timestamp = Stamp(), simulated = true }, StatusCodes.Status503ServiceUnavailable) : null;

    Task RpcAsync(HttpContext context) => Fails(context) ?? context.Json(new { jsonrpc = "2.0", id = 1, result = $"0x{(long)Height(clock.GetUtcNow()):x}" });

    string Stamp() => Answers.Stamp(clock.GetUtcNow());

    static double Seconds(DateTimeOffset at) => at.ToUnixTimeMilliseconds() / 1000.0;
}
