using System.Net.Http.Json;
using System.Text.Json;
using OpsDashboard.Tests.Testing;

namespace OpsDashboard.Tests.Runbooks.Output;

/// <summary>A catalogue whose one runbook prints what a test writes into a file, until it is aborted.</summary>
sealed class FollowedFile
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

    readonly string file;

    FollowedFile(string folder) => (file, Catalogue) = (Path.Combine(folder, "lines.txt"), Path.Combine(folder, "catalogue"));

    /// <summary>For the environment production.</summary>
    public string Catalogue { get; }

    public static async Task<FollowedFile> CreateAsync()
    {
        var followed = new FollowedFile(RealServer.TemporaryFolder("followed"));
        Directory.CreateDirectory(Path.Combine(followed.Catalogue, "environments"));
        Directory.CreateDirectory(Path.Combine(followed.Catalogue, "shop", "runbooks"));
        await File.WriteAllTextAsync(Path.Combine(followed.Catalogue, "environments", "production.yml"), "variables: {}\nnodes:\n  here: { kind: local }\n");
        await File.WriteAllTextAsync(Path.Combine(followed.Catalogue, "shop", "system.yml"), OpsDashboard.Tests.Catalogue.CatalogueText.System);
        await File.WriteAllTextAsync(Path.Combine(followed.Catalogue, "shop", "runbooks", "tail.yml"), Tail.Replace("FILE", followed.file, StringComparison.Ordinal));
        await File.WriteAllTextAsync(followed.file, "");
        return followed;
    }

    public Task WriteAsync(string line) => File.AppendAllTextAsync(file, line + "\n");

    /// <returns>The run's id.</returns>
    public static async Task<string> StartAsync(HttpClient client)
    {
        using var empty = JsonContent.Create(new { });
        var preview = await (await client.PostAsync("/api/runbooks/shop.tail/preview", empty)).Content.ReadFromJsonAsync<JsonElement>();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/runbooks/shop.tail/start") { Content = JsonContent.Create(new { plan = preview.GetProperty("plan").GetProperty("hash").GetString(), seal = preview.GetProperty("plan").GetProperty("seal").GetString() }) };
        request.Headers.Add("Idempotency-Key", "one");
        var answer = await client.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }
}
