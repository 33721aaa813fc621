using System.Net;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Http;

public sealed class ReadyWithRedisTests
{
    [RedisFact]
    public async Task Ready_WhileRedisIsDown_Is503AndNamesIt()
    {
        var redis = await RedisServer.StartAsync();
        await using var program = new TestProgram(new Dictionary<string, string?> { ["Live:Redis"] = $"127.0.0.1:{redis.Port},password={redis.Password}" });
        using var client = program.Automation(null);
        Assert.Contains("redis", await ReachesAsync(client, HttpStatusCode.OK));

        RealServer.Kill(redis.Process);
        Assert.Contains("Redis does not answer.", await ReachesAsync(client, HttpStatusCode.ServiceUnavailable));
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health/live")).StatusCode);

        using var again = await RedisServer.StartAsync(redis.Port);
        await ReachesAsync(client, HttpStatusCode.OK);
    }

    static async Task<string> ReachesAsync(HttpClient client, HttpStatusCode wanted)
    {
        using var limit = new CancellationTokenSource(Patience.Limit);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (true)
        {
            using var answer = await client.GetAsync("/health/ready", limit.Token);
            if (answer.StatusCode == wanted)
                return await answer.Content.ReadAsStringAsync(limit.Token);
            await pause.WaitForNextTickAsync(limit.Token);
        }
    }
}
