using System.Globalization;
using System.Text.Json;
using OpsDashboard.Tests.Metrics.Store;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Logs.Files;

/// <summary>The whole program, killed while it follows a file that is being written to: every line is stored, and once.</summary>
public sealed class FileTailKillTests
{
    [Theory, OnEveryDatabase]
    public async Task Kill_WhileLinesCome_StoresEachLineOnce(DatabaseKind kind)
    {
        var (catalogue, logs) = (RealServer.TemporaryFolder("catalogue"), RealServer.TemporaryFolder("followed"));
        WriteCatalogue(catalogue, logs);
        var settings = new Dictionary<string, string> { ["Simulator__Enabled"] = "false", ["Catalogue__Environment"] = "production", ["Catalogue__Path"] = catalogue };
        if (kind == DatabaseKind.Postgres)
            (settings["Storage__Provider"], settings["Storage__ConnectionString"]) = ("Postgres", await PostgresServer.CreateDatabaseAsync());
        using var ended = new CancellationTokenSource();
        var writing = WriteLinesAsync(Path.Combine(logs, "app.log"), ended.Token);
        await using var program = await RunningProgram.StartAsync(settings);
        using var client = new HttpClient { BaseAddress = new(program.Address), Timeout = Patience.Limit };
        client.DefaultRequestHeaders.Authorization = new("Bearer", RunningProgram.ApiToken);

        var stored = await UntilAsync(async () => (await StoredAsync(client)).Count, count => count > 100);
        await program.KillAsync();
        await program.StartAgainAsync();
        await UntilAsync(async () => (await StoredAsync(client)).Count, count => count > stored + 100);
        await ended.CancelAsync();
        var written = await writing;
        await UntilAsync(async () => (await StoredAsync(client)).Count, count => count >= written);

        Assert.Equal(Enumerable.Range(1, written), (await StoredAsync(client)).Order());
        var file = JsonDocument.Parse(await client.GetStringAsync("/api/logs/files")).RootElement.GetProperty("items")[0];
        Assert.Equal((written, new FileInfo(Path.Combine(logs, "app.log")).Length, 0), (file.GetProperty("lines").GetInt32(), file.GetProperty("offset").GetInt64(), file.GetProperty("behind").GetInt32()));
    }

    static void WriteCatalogue(string catalogue, string logs)
    {
        var shop = Directory.CreateDirectory(Path.Combine(catalogue, "shop")).FullName;
        File.WriteAllText(Path.Combine(shop, "system.yml"), "id: shop\nname: Shop\nshort: SH\ndescription: Sells.\ncomponents:\n  - { id: api, name: API, kind: api }\n");
        File.WriteAllText(Path.Combine(shop, "targets.yml"), "scrape_configs: []\n");
        File.WriteAllText(Path.Combine(shop, "logs.yml"), $"files:\n  - folder: \"{logs}\"\n    names: [app.log]\n    component: api\n");
    }

    /// <summary>Lines with ascending numbers, some in halves, until it is told to end; says how many.</summary>
    static async Task<int> WriteLinesAsync(string path, CancellationToken ended)
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        await using var file = new StreamWriter(path) { AutoFlush = true };
        var number = 0;
        while (!ended.IsCancellationRequested)
        {
            file.Write("order ");
            file.Write(string.Create(CultureInfo.InvariantCulture, $"{++number}\n"));
            await pause.WaitForNextTickAsync(CancellationToken.None);
        }
        return number;
    }

    static async Task<List<int>> StoredAsync(HttpClient client)
    {
        var lines = await client.GetStringAsync("/api/logs/export?system=shop");
        return [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => int.Parse(JsonDocument.Parse(line).RootElement.GetProperty("message").GetString()!["order ".Length..], CultureInfo.InvariantCulture))];
    }

    static async Task<int> UntilAsync(Func<Task<int>> read, Predicate<int> isEnough)
    {
        using var limit = new CancellationTokenSource(Patience.Limit);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            var value = await read();
            if (isEnough(value))
                return value;
            await pause.WaitForNextTickAsync(limit.Token);
        }
    }
}
