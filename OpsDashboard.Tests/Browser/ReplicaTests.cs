using Microsoft.Playwright;
using OpsDashboard.Tests.Live;
using OpsDashboard.Tests.Runbooks.Output;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Browser;

/// <summary>Two processes on one PostgreSQL, a browser at each: what one is sent is live on the page of the other.</summary>
[Collection(BrowserTests.Name)]
public sealed class ReplicaTests(BrowserFixture browser)
{
    [ReplicaBrowserFact]
    public async Task Value_SentToOneProcess_IsLiveInTheOther_WithRedisAndAfterItWasKilled()
    {
        var database = await PostgresServer.CreateDatabaseAsync();
        var redis = await RedisServer.StartAsync();
        var settings = new Dictionary<string, string>
        {
            ["Simulator__Enabled"] = "false",
            ["Storage__Provider"] = "Postgres",
            ["Storage__ConnectionString"] = database,
            ["Live__Redis"] = $"127.0.0.1:{redis.Port},password={redis.Password}",
        };
        try
        {
            await using var one = await RunningProgram.StartAsync(settings);
            await using var two = await RunningProgram.StartAsync(settings);
            await LiveValue.SendAsync(one, "browser_replica", 1);
            var left = await browser.OpenOtherAsync(one, LiveValue.Page("browser_replica"));
            var right = await browser.OpenOtherAsync(two, LiveValue.Page("browser_replica"));
            await ShowAsync("1", left, right);
            await LiveValue.SendAsync(one, "browser_replica", 2);
            await ShowAsync("2", left, right);
            redis.Dispose();
            await LiveValue.SendAsync(two, "browser_replica", 3);
            await ShowAsync("3", left, right);
            await left.Context.CloseAsync();
            await right.Context.CloseAsync();
        }
        finally
        {
            redis.Dispose();
        }
    }

    [ReplicaBrowserFact]
    public async Task Run_OfOneProcess_IsLiveOnThePageOfTheOther()
    {
        var followed = await FollowedFile.CreateAsync();
        using var redis = await RedisServer.StartAsync();
        var settings = new Dictionary<string, string>
        {
            ["Simulator__Enabled"] = "false",
            ["Catalogue__Path"] = followed.Catalogue,
            ["Catalogue__Environment"] = "production",
            ["Nodes__AllowLocal"] = "true",
            ["Storage__Provider"] = "Postgres",
            ["Storage__ConnectionString"] = await PostgresServer.CreateDatabaseAsync(),
            ["Live__Redis"] = $"127.0.0.1:{redis.Port},password={redis.Password}",
        };
        await using var one = await RunningProgram.StartAsync(settings);
        await using var two = await RunningProgram.StartAsync(settings);
        using var client = new HttpClient { BaseAddress = new(two.Address) };
        client.DefaultRequestHeaders.Authorization = new("Bearer", RunningProgram.ApiToken);
        var run = await FollowedFile.StartAsync(client);
        var pages = new[] { await browser.OpenOtherAsync(one, $"/runs/{run}"), await browser.OpenOtherAsync(two, $"/runs/{run}") };
        foreach (var line in new[] { "the first line", "the second line" })
        {
            await followed.WriteAsync(line);
            foreach (var page in pages)
                await Assertions.Expect(page.Locator("run-output .row").Last).ToContainTextAsync(line);
        }
        (await client.PostAsync($"/api/runs/{run}/abort", null)).EnsureSuccessStatusCode();
        foreach (var page in pages)
        {
            await Assertions.Expect(page.Locator(".runhead")).ToContainTextAsync("Aborted");
            await page.Context.CloseAsync();
        }
    }

    static async Task ShowAsync(string value, params IPage[] pages)
    {
        foreach (var page in pages)
            await Assertions.Expect(page.Locator("live-chart .legend b").First).ToHaveTextAsync(value);
    }
}

/// <summary>A test that needs Chromium, a real PostgreSQL and a real Redis.</summary>
public sealed class ReplicaBrowserFactAttribute : FactAttribute
{
    public ReplicaBrowserFactAttribute() =>
        Skip = RealServer.SkipUnless(BrowserFixture.Chromium, "Chromium") ?? new ReplicaFactAttribute().Skip;
}
