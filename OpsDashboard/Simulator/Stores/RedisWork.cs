using System.Net;
using OpsDashboard.Simulator.Faults;
using OpsDashboard.Simulator.Parts;
using StackExchange.Redis;

namespace OpsDashboard.Simulator.Stores;

/// <summary>
/// The game's work on a real Redis: tokens (<c>auth:*</c>), cached cases (<c>case:*</c>) and look-ups that hit or miss. The Redis should be the
/// simulator's own: its figures are read as a whole. One caller at a time.
/// </summary>
sealed class RedisWork(string address, string? password, int seed) : IStoreWork
{
    const int Tokens = 200;
    const int Cases = 40;
    const int LookUps = 60;
    const double HitRatio = 0.96;

    static readonly TimeSpan CaseLife = TimeSpan.FromHours(1);
    static readonly TimeSpan TokenLife = TimeSpan.FromMinutes(30);
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    readonly Draw draw = new(seed);
    ConnectionMultiplexer? connection;

    public string Name => "Redis";

    public IEnumerable<(string Variable, string Value)> Addresses =>
        [("cg_redis", address), ("dd_redis", address), ("cg_redis_password_env", PasswordSource), ("dd_redis_password_env", PasswordSource)];

    string PasswordSource => string.IsNullOrEmpty(password) ? "" : "Simulator__RedisPassword";

    public async Task WorkAsync(Fleet fleet, CancellationToken stop)
    {
        var game = fleet.CaseOpening;
        if (!game.IsRunning || game.Faults.Has(FaultKind.DatabaseGone))
            return;
        var redis = (connection ??= await ConnectAsync(stop)).GetDatabase();
        for (var i = 0; i < 10; i++)
            await redis.StringSetAsync($"auth:{draw.Below(Tokens)}", "simulated", TokenLife).WaitAsync(Patience, stop);
        if (game.Faults.Has(FaultKind.CacheCold))
            await redis.KeyDeleteAsync([.. Enumerable.Range(0, Cases).Select(i => (RedisKey)$"case:{i}")]).WaitAsync(Patience, stop);
        for (var i = 0; i < LookUps; i++)
        {
            var key = draw.Chance(HitRatio) ? $"case:{draw.Below(Cases)}" : $"case:unknown:{draw.Below(1000)}";
            var found = await redis.StringGetAsync(key).WaitAsync(Patience, stop);
            if (found.IsNull && !key.Contains("unknown") && !game.Faults.Has(FaultKind.CacheCold))
                await redis.StringSetAsync(key, new string('x', 2000), CaseLife).WaitAsync(Patience, stop);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (connection is not null)
            await connection.CloseAsync();
    }

    async Task<ConnectionMultiplexer> ConnectAsync(CancellationToken stop)
    {
        var (host, port) = address.LastIndexOf(':') is var colon and >= 0 ? (address[..colon], int.Parse(address[(colon + 1)..], System.Globalization.CultureInfo.InvariantCulture)) : (address, 6379);
        var options = new ConfigurationOptions { AbortOnConnectFail = false, Password = password, ClientName = "simulator" };
        options.EndPoints.Add(IPAddress.TryParse(host, out var ip) ? new IPEndPoint(ip, port) : new DnsEndPoint(host, port));
        return await ConnectionMultiplexer.ConnectAsync(options).WaitAsync(Patience, stop);
    }
}
