using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using OpsDashboard.Tests.Metrics.Intake;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Metrics.Store;

/// <summary>The whole program while the operating system lets none of its files grow, which is what a full disk does to it.</summary>
public sealed class DiskFullTests
{
    [Fact]
    public async Task DiskFull_IsSaid_AcknowledgesNothing_AndIsCaughtUpAfterwards()
    {
        await using var program = await RunningProgram.StartAsync(new Dictionary<string, string> { ["Simulator__Enabled"] = "false", ["Catalogue__Environment"] = "production" });
        using var client = new HttpClient { BaseAddress = new(program.Address), Timeout = Patience.Limit };
        client.DefaultRequestHeaders.Authorization = new("Bearer", RunningProgram.ApiToken);
        await UntilAsync(async () => (await SendAsync(client, "before", 1)).IsSuccessStatusCode);
        await UntilAsync(async () => (await client.GetAsync("/health/ready")).IsSuccessStatusCode);

        await LimitFilesAsync(program, "4096");
        var since = TimeProvider.System.GetUtcNow();
        await UntilAsync(async () => (await client.GetAsync("/health/ready")).StatusCode == HttpStatusCode.ServiceUnavailable);
        Assert.Contains("cannot be written", await TextAsync(client, "/health/ready"));
        Assert.Contains("samples wait for the database", await TextAsync(client, "/"));
        Assert.False((await SendAsync(client, "during", 2)).IsSuccessStatusCode);
        using var account = await client.PostAsJsonAsync("/api/accounts", new { email = "new@example.com", name = "New", grants = new[] { new { role = "viewer" } } });
        Assert.Equal(HttpStatusCode.ServiceUnavailable, account.StatusCode);

        await LimitFilesAsync(program, "unlimited");
        var until = TimeProvider.System.GetUtcNow();
        await UntilAsync(async () => (await client.GetAsync("/health/ready")).IsSuccessStatusCode);
        await UntilAsync(async () => (await SendAsync(client, "after", 3)).IsSuccessStatusCode);
        await program.KillAsync();
        await program.StartAgainAsync();

        Assert.Equal(1, await CountAsync(client, "count_over_time(before[1h])"));
        Assert.Equal(1, await CountAsync(client, "count_over_time(after[1h])"));
        var seconds = (int)(until - since).TotalSeconds;
        var kept = await CountAsync(client, $$"""count_over_time(up{job="self"}[{{seconds}}s] @ {{until.ToUnixTimeSeconds()}})""");
        // A busy machine misses ticks; what was collected is there.
        Assert.InRange(kept, Math.Max(1, seconds / 2), seconds + 1);
        Assert.DoesNotContain("new@example.com", await client.GetStringAsync("/api/accounts"));
    }

    static Task LimitFilesAsync(RunningProgram program, string bytes) => RealServer.RunAsync(RealServer.Find("prlimit")!, "--pid", $"{program.ProcessId}", $"--fsize={bytes}:");

    static async Task<HttpResponseMessage> SendAsync(HttpClient client, string name, double value)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        using var body = new ByteArrayContent(WriteMessages.Snappy(WriteMessages.Request((["__name__", name, "system", "case-opening"], [(now, value)]))));
        body.Headers.ContentType = new("application/x-protobuf");
        body.Headers.ContentEncoding.Add("snappy");
        return await client.PostAsync("/api/v1/write", body);
    }

    static async Task<string> TextAsync(HttpClient client, string path) => await (await client.GetAsync(path)).Content.ReadAsStringAsync();

    static async Task<double> CountAsync(HttpClient client, string expression)
    {
        var answer = await client.GetFromJsonAsync<JsonElement>($"/api/v1/query?query={Uri.EscapeDataString(expression)}");
        var result = answer.GetProperty("data").GetProperty("result");
        return result.GetArrayLength() == 0 ? 0 : double.Parse(result[0].GetProperty("value")[1].GetString()!, System.Globalization.CultureInfo.InvariantCulture);
    }

    static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var limit = new CancellationTokenSource(Patience.Limit);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (!await holds())
            await pause.WaitForNextTickAsync(limit.Token);
    }
}
