using System.Net.Http.Json;
using System.Text.Json;
using OpsDashboard.Tests.Live;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Runbooks.Output;

/// <summary>Two processes' worth of program on one PostgreSQL: a run that one of them drives is followed line by line at both, whichever it is.</summary>
public sealed class ReplicaOutputTests
{
    const string Tail = """
        title: Follow a file
        summary: Prints what is written into a file.
        owner: o@example.com
        reviewBy: 2030-01-01
        risk: read
        steps:
          - { name: tail, kind: command, node: here, argv: [tail, -n, "+1", -f, "FILE"], timeout: 30m }
        """;

    [PostgresFact]
    public Task Run_OfTheOther_IsFollowedAndEnded_WithoutRedis() => FollowAsync(null);

    [ReplicaFact]
    public async Task Run_OfTheOther_IsFollowedAndEnded_WithRedis()
    {
        using var redis = await RedisServer.StartAsync();
        await FollowAsync(redis);
    }

    static async Task FollowAsync(RedisServer? redis)
    {
        var folder = RealServer.TemporaryFolder("replica-output");
        var file = Path.Combine(folder, "lines.txt");
        await File.WriteAllTextAsync(file, "line 1\n");
        var (database, catalogue) = (await PostgresServer.CreateDatabaseAsync(), await CatalogueAsync(folder, file));
        await using var one = Replica(database, catalogue, redis);
        await using var two = Replica(database, catalogue, redis);
        using var client = one.Automation();
        using var other = two.Automation();
        using var here = await HubClient.ConnectAsync(one);
        using var there = await HubClient.ConnectAsync(two);
        var run = await StartAsync(client);
        var topics = new[] { (Hub: here, Id: await here.FollowAsync(run, "stream", source: "runs")), (Hub: there, Id: await there.FollowAsync(run, "stream", source: "runs")) };

        // Each next line is written when the one before was seen at both.
        for (var number = 1; number <= 3; number++)
        {
            foreach (var (hub, id) in topics)
                await hub.FrameAsync(frame => IsLine(frame, id, $"line {number}"));
            await File.AppendAllTextAsync(file, $"line {number + 1}\n");
        }

        (await other.PostAsync($"/api/runs/{run}/abort", null)).EnsureSuccessStatusCode();
        foreach (var asked in new[] { client, other })
            await PageForms.UntilAsync(asked, $"/api/runs/{run}", answer => JsonDocument.Parse(answer).RootElement.GetProperty("status").GetString() == "aborted");
    }

    static bool IsLine(JsonElement frame, int id, string text) =>
        frame[0].GetInt32() == id && frame[2].ValueKind == JsonValueKind.String && frame[2].GetString() == "l" && frame[4].EnumerateArray().Any(line => line[4].GetString() == text);

    static async Task<string> StartAsync(HttpClient client)
    {
        using var empty = JsonContent.Create(new { });
        var preview = await (await client.PostAsync("/api/runbooks/shop.tail/preview", empty)).Content.ReadFromJsonAsync<JsonElement>();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/runbooks/shop.tail/start") { Content = JsonContent.Create(new { plan = preview.GetProperty("plan").GetProperty("hash").GetString() }) };
        request.Headers.Add("Idempotency-Key", "one");
        var answer = await client.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }

    static async Task<string> CatalogueAsync(string folder, string file)
    {
        var catalogue = Path.Combine(folder, "catalogue");
        Directory.CreateDirectory(Path.Combine(catalogue, "environments"));
        Directory.CreateDirectory(Path.Combine(catalogue, "shop", "runbooks"));
        await File.WriteAllTextAsync(Path.Combine(catalogue, "environments", "production.yml"), "variables: {}\nnodes:\n  here: { kind: local }\n");
        await File.WriteAllTextAsync(Path.Combine(catalogue, "shop", "system.yml"), OpsDashboard.Tests.Catalogue.CatalogueText.System);
        await File.WriteAllTextAsync(Path.Combine(catalogue, "shop", "runbooks", "tail.yml"), Tail.Replace("FILE", file, StringComparison.Ordinal));
        return catalogue;
    }

    static TestProgram Replica(string database, string catalogue, RedisServer? redis)
    {
        var program = new TestProgram(new()
        {
            ["Storage:Provider"] = "Postgres",
            ["Storage:ConnectionString"] = database,
            ["Catalogue:Path"] = catalogue,
            ["Nodes:AllowLocal"] = "true",
            ["Live:Redis"] = redis is null ? null : $"127.0.0.1:{redis.Port},password={redis.Password}",
        });
        // The host starts with its first use.
        _ = program.Server;
        return program;
    }
}
