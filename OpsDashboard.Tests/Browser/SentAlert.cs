using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Browser;

/// <summary>An alert of the test's own, sent to a running program as another Prometheus would.</summary>
static class SentAlert
{
    /// <summary>Sends it as firing and waits until it is listed.</summary>
    /// <returns>Its id.</returns>
    public static async Task<string> FireAsync(RunningProgram program, string name, string severity = "critical", string pod = "one")
    {
        await SendAsync(program, name, severity, pod, ends: false);
        return await FindAsync(program, "case-opening", one => one.GetProperty("name").GetString() == name && one.GetProperty("labels").TryGetProperty("pod", out var label) && label.GetString() == pod);
    }

    /// <summary>Waits until an alert of a system is listed.</summary>
    /// <returns>Its id.</returns>
    public static async Task<string> FindAsync(RunningProgram program, string system, Predicate<JsonElement> isIt)
    {
        using var limit = new CancellationTokenSource(Patience.Limit);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        using var client = Client();
        while (true)
        {
            var list = await client.GetFromJsonAsync<JsonElement>($"{program.Address}/api/alerts?system={system}&limit=500", limit.Token);
            var found = list.GetProperty("items").EnumerateArray().FirstOrDefault(one => isIt(one));
            if (found.ValueKind == JsonValueKind.Object)
                return found.GetProperty("id").GetString()!;
            await pause.WaitForNextTickAsync(limit.Token);
        }
    }

    public static Task ResolveAsync(RunningProgram program, string name, string severity = "critical", string pod = "one") => SendAsync(program, name, severity, pod, ends: true);

    /// <summary>Something done about an alert, as automation does it.</summary>
    public static async Task PostAsync(RunningProgram program, string path, object body)
    {
        using var client = Client();
        using var answer = await client.PostAsJsonAsync(program.Address + path, body);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }

    static async Task SendAsync(RunningProgram program, string name, string severity, string pod, bool ends)
    {
        var now = TimeProvider.System.GetUtcNow();
        using var client = Client();
        using var answer = await client.PostAsJsonAsync($"{program.Address}/api/v2/alerts", new[]
        {
            new
            {
                labels = new Dictionary<string, string> { ["alertname"] = name, ["severity"] = severity, ["system"] = "case-opening", ["component"] = "api", ["pod"] = pod },
                annotations = new Dictionary<string, string> { ["summary"] = $"{name} of {pod} is wrong" },
                startsAt = now.AddMinutes(-1),
                endsAt = ends ? now.AddSeconds(-1) : now.AddHours(1),
            },
        });
        answer.EnsureSuccessStatusCode();
    }

    static HttpClient Client()
    {
        var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", RunningProgram.ApiToken);
        return client;
    }
}
