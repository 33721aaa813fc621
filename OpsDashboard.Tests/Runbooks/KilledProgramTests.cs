using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using OpsDashboard.Catalogue;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Runbooks;

/// <summary>The real program, killed in the middle of a run, and started again over its data.</summary>
public sealed class KilledProgramTests
{
    const string Slow = """
        title: Three steps
        summary: The second takes an hour.
        owner: o@example.com
        reviewBy: 2027-01-01
        risk: reversible
        component: api
        steps:
          - { name: before, kind: command, node: cg-api, argv: [echo, once] }
          - { name: long, kind: command, node: cg-api, argv: [sleep, "3600"], timeout: 2h }
          - { name: after, kind: command, node: cg-api, argv: [echo, last] }
        """;

    [Fact]
    public async Task Kill_DuringAStep_TheRunIsInterruptedThere_AndNothingRunsTwice()
    {
        var catalogue = RealServer.TemporaryFolder("killed-catalogue");
        Copy(CatalogueOptions.ShippedPath, catalogue);
        await File.WriteAllTextAsync(Path.Combine(catalogue, "case-opening", "runbooks", "slow.yml"), Slow);
        await using var program = await RunningProgram.StartAsync(new Dictionary<string, string> { ["Catalogue__Path"] = catalogue });
        using var limit = new CancellationTokenSource(Patience.Limit * 2);
        using var client = Client(program);

        var plan = (await PostAsync(client, "/api/runbooks/case-opening.slow/preview", new { }, limit.Token)).GetProperty("plan");
        var run = await PostAsync(client, "/api/runbooks/case-opening.slow/start", new { plan = plan.GetProperty("hash").GetString(), seal = plan.GetProperty("seal").GetString() }, limit.Token, HttpStatusCode.Accepted);
        var address = $"/api/runs/{run.GetProperty("id").GetString()}";
        await UntilAsync(client, address, now => now.GetProperty("steps")[1].GetProperty("state").GetString() == "running", limit.Token);
        await program.KillAsync();
        await program.StartAgainAsync();

        var found = await UntilAsync(client, address, now => now.GetProperty("status").GetString() == "interrupted", limit.Token);
        Assert.Equal(["done", "unknown", "pending"], found.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("state").GetString()));
        Assert.StartsWith("Interrupted at step 2 of 3, long:", found.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.True(found.GetProperty("needsAPerson").GetBoolean());

        await PostAsync(client, $"{address}/skip", new { step = "long", attempt = 1, reason = "it slept long enough" }, limit.Token);
        found = await UntilAsync(client, address, now => now.GetProperty("status").GetString() == "succeeded", limit.Token);
        Assert.Equal(["done", "skipped", "done"], found.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("state").GetString()));
        var output = await client.GetStringAsync($"{address}/output", limit.Token);
        Assert.Equal(["before: once", "after: last"], output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line[(line.IndexOf(' ') + 1)..]));
    }

    [Fact]
    public async Task Abort_OverTheApi_KillsTheCommand_AndFreesTheLock()
    {
        var catalogue = RealServer.TemporaryFolder("aborted-catalogue");
        Copy(CatalogueOptions.ShippedPath, catalogue);
        await File.WriteAllTextAsync(Path.Combine(catalogue, "case-opening", "runbooks", "slow.yml"), Slow);
        await using var program = await RunningProgram.StartAsync(new Dictionary<string, string> { ["Catalogue__Path"] = catalogue });
        using var limit = new CancellationTokenSource(Patience.Limit * 2);
        using var client = Client(program);

        var plan = (await PostAsync(client, "/api/runbooks/case-opening.slow/preview", new { }, limit.Token)).GetProperty("plan");
        var run = await PostAsync(client, "/api/runbooks/case-opening.slow/start", new { plan = plan.GetProperty("hash").GetString(), seal = plan.GetProperty("seal").GetString() }, limit.Token, HttpStatusCode.Accepted);
        var address = $"/api/runs/{run.GetProperty("id").GetString()}";
        await UntilAsync(client, address, now => now.GetProperty("steps")[1].GetProperty("state").GetString() == "running", limit.Token);
        var held = await PostAsync(client, "/api/runbooks/case-opening.slow/start", new { plan = plan.GetProperty("hash").GetString(), seal = plan.GetProperty("seal").GetString() }, limit.Token, HttpStatusCode.Conflict);
        Assert.Equal("RUN-1 works on case-opening/api already; it holds it until it ends.", held.GetProperty("detail").GetString());

        await PostAsync(client, $"{address}/abort", new { reason = "wrong one" }, limit.Token);
        var over = await UntilAsync(client, address, now => now.GetProperty("status").GetString() == "aborted", limit.Token);
        Assert.EndsWith("aborted it: wrong one.", over.GetProperty("reason").GetString(), StringComparison.Ordinal);
        await PostAsync(client, $"{address}/abort", new { }, limit.Token, HttpStatusCode.Conflict);
        await PostAsync(client, "/api/runbooks/case-opening.slow/start", new { plan = plan.GetProperty("hash").GetString(), seal = plan.GetProperty("seal").GetString() }, limit.Token, HttpStatusCode.Accepted);
    }

    internal static HttpClient Client(RunningProgram program)
    {
        var client = new HttpClient { BaseAddress = new(program.Address) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", RunningProgram.ApiToken);
        return client;
    }

    internal static async Task<JsonElement> PostAsync(HttpClient client, string path, object body, CancellationToken stop, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        using var answer = await client.SendAsync(request, stop);
        var text = await answer.Content.ReadAsStringAsync(stop);
        Assert.True(answer.StatusCode == expected, $"{path}: {(int)answer.StatusCode} {text}");
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    internal static async Task<JsonElement> UntilAsync(HttpClient client, string address, Func<JsonElement, bool> reached, CancellationToken stop)
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            var now = await client.GetFromJsonAsync<JsonElement>(address, stop);
            if (reached(now))
                return now;
            await pause.WaitForNextTickAsync(stop);
        }
    }

    internal static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*.yml", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
