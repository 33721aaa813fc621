using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using OpsDashboard.Tests.Metrics.Intake;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Http;

/// <summary>The whole program over PostgreSQL: intake, and keys that replicas share.</summary>
public sealed partial class SharedDatabaseTests
{
    static async Task<Dictionary<string, string?>> SettingsAsync(string? database = null) => new()
    {
        ["Storage:Provider"] = "Postgres",
        ["Storage:ConnectionString"] = database ?? await PostgresServer.CreateDatabaseAsync(),
        ["Storage:DataDirectory"] = RealServer.TemporaryFolder("shared"),
    };

    static async Task<string> ValueAsync(HttpClient client, string expression)
    {
        var answer = JsonDocument.Parse(await client.GetStringAsync($"/api/v1/query?query={Uri.EscapeDataString(expression)}"));
        var result = answer.RootElement.GetProperty("data").GetProperty("result");
        return result.GetArrayLength() == 0 ? "" : result[0].GetProperty("value")[1].GetString()!;
    }

    [PostgresFact]
    public async Task Intake_IsKeptOverARestart()
    {
        var settings = await SettingsAsync();
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        await using (var program = new TestProgram(settings))
        {
            using var client = program.Automation();
            using var written = new ByteArrayContent(WriteMessages.Snappy(WriteMessages.Request((["__name__", "written", "system", "shop"], [(now - 1000, 4)]))));
            written.Headers.ContentType = MediaTypeHeaderValue.Parse("application/x-protobuf");
            written.Headers.ContentEncoding.Add("snappy");
            Assert.Equal(HttpStatusCode.NoContent, (await client.PostAsync("/api/v1/write", written)).StatusCode);
            using var filled = new StringContent($"# TYPE filled gauge\nfilled{{system=\"shop\"}} 7 {(now - 1000) / 1000.0:0.000}\n# EOF\n", Encoding.UTF8, "application/openmetrics-text");
            Assert.Equal(HttpStatusCode.OK, (await client.PostAsync("/api/ingest/openmetrics", filled)).StatusCode);
            Assert.Equal(("4", "7"), (await ValueAsync(client, "written"), await ValueAsync(client, "filled")));
        }
        await using var again = new TestProgram(settings);
        using var after = again.Automation();
        Assert.Equal(("4", "7"), (await ValueAsync(after, "last_over_time(written[1h])"), await ValueAsync(after, "last_over_time(filled[1h])")));
    }

    [PostgresFact]
    public async Task SignIn_AtOneReplica_HoldsAtTheOther()
    {
        var database = await PostgresServer.CreateDatabaseAsync();
        await using var one = new TestProgram(await SettingsAsync(database));
        await using var other = new TestProgram(await SettingsAsync(database));
        using var browser = one.Browser();
        var token = TokenPattern().Match(await browser.GetStringAsync("/sign-in")).Groups[1].Value;
        var answer = await browser.PostAsync("/sign-in", new FormUrlEncodedContent([new("__RequestVerificationToken", token), new("email", "root@example.org"), new("password", "correct horse battery")]));
        var cookie = answer.Headers.GetValues("Set-Cookie").Single(set => set.StartsWith("ops-session=", StringComparison.Ordinal)).Split(';')[0];

        // Nothing but the database is common to the two.
        using var client = other.Automation(null);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/api/me")).StatusCode);
        client.DefaultRequestHeaders.Add("Cookie", cookie);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/me")).StatusCode);
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]*value=\"([^\"]+)\"")]
    private static partial Regex TokenPattern();
}
