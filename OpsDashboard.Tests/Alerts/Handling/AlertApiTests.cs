using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using OpsDashboard.Alerts;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Alerts.Handling;

public sealed class AlertApiTests(AlertApiTests.Fixture fixture) : IClassFixture<AlertApiTests.Fixture>
{
    [Fact]
    public async Task Alert_AcknowledgedAndSilenced_OverTheApi()
    {
        using var client = fixture.Program.Automation();
        var alert = await fixture.FireAsync(AnAlert.Of("Heap", "shop"));

        var taken = await client.PostAsJsonAsync($"/api/alerts/{alert.Id}/acknowledge", new { note = "mine", @for = 3600 });
        Assert.Equal("mine", (await ReadAsync(taken)).GetProperty("acknowledgement").GetProperty("note").GetString());
        var listed = await client.GetFromJsonAsync<JsonElement>("/api/alerts?system=shop&acknowledged=true");
        Assert.Equal(alert.Id, listed.GetProperty("items")[0].GetProperty("id").GetGuid());

        var body = new { matchers = new[] { "system=\"shop\"" }, endsAt = TimeProvider.System.GetUtcNow().AddHours(1), reason = "deploying" };
        Assert.Equal(1, (await ReadAsync(await client.PostAsJsonAsync("/api/silences/preview", body))).GetProperty("count").GetInt32());
        var created = await client.PostAsJsonAsync("/api/silences", body);
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        var silence = (await ReadAsync(created)).GetProperty("id").GetGuid();
        var read = await client.GetFromJsonAsync<JsonElement>($"/api/alerts/{alert.Id}");
        Assert.Equal(silence, read.GetProperty("alert").GetProperty("silencedBy")[0].GetGuid());
        Assert.Equal("firing", read.GetProperty("transitions")[0].GetProperty("to").GetString());
        Assert.Equal("expired", (await ReadAsync(await client.PostAsync($"/api/silences/{silence}/expire", null))).GetProperty("state").GetString());

        Assert.Equal(1, (await ReadAsync(await client.PostAsJsonAsync("/api/alerts/unacknowledge", new { alerts = new[] { alert.Id } }))).GetProperty("released").GetInt32());
        var many = await ReadAsync(await client.PostAsJsonAsync("/api/alerts/acknowledge", new { alerts = new[] { alert.Id } }));
        Assert.Equal(alert.Id, many.GetProperty("acknowledged")[0].GetGuid());
    }

    [Fact]
    public async Task BadRequests_SayWhatIsWrong()
    {
        using var client = fixture.Program.Automation();
        Assert.Equal(HttpStatusCode.NotFound, (await client.PostAsync($"/api/alerts/{Guid.NewGuid()}/acknowledge", null)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync("/api/alerts?state=burning")).StatusCode);
        var wrong = await client.PostAsJsonAsync("/api/silences", new { matchers = new[] { "nonsense" } });
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Equal(["matchers[0]", "reason", "endsAt"], (await ReadAsync(wrong)).GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("field").GetString()));
        Assert.Equal(HttpStatusCode.PreconditionRequired, (await client.PutAsJsonAsync($"/api/silences/{Guid.NewGuid()}", new { reason = "x" })).StatusCode);
    }

    static async Task<JsonElement> ReadAsync(HttpResponseMessage answer) => await answer.Content.ReadFromJsonAsync<JsonElement>();

    public sealed class Fixture : IDisposable
    {
        public TestProgram Program { get; } = new();

        public async Task<Alert> FireAsync(Alert alert)
        {
            await Program.Services.GetRequiredService<AlertBook>().RecordAsync([new(AlertState.Pending, alert, alert.FiredAt!.Value)], [], null, default);
            return alert;
        }

        public void Dispose() => Program.Dispose();
    }
}
