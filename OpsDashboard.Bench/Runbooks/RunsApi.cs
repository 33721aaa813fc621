using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace OpsDashboard.Bench.Runbooks;

/// <summary>What the benchmarks do with runs, over HTTP as a person's browser or a script would.</summary>
sealed class RunsApi(HttpClient client)
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Previews and starts what the preview showed; null: the same is being done already, or too many stand in line.</summary>
    /// <param name="key">The same for the same press; null: another one.</param>
    public async Task<JsonElement?> StartAsync(string runbook, IReadOnlyDictionary<string, string> parameters, string? key = null)
    {
        var path = $"api/runbooks/{BenchRunbooks.System}.{runbook}";
        var preview = await SendAsync(HttpMethod.Post, $"{path}/preview", new { parameters });
        var plan = Read(preview).GetProperty("plan");
        var answer = await SendAsync(HttpMethod.Post, $"{path}/start", new { plan = plan.GetProperty("hash").GetString(), seal = plan.GetProperty("seal").GetString(), parameters }, key);
        return answer.Status == HttpStatusCode.Conflict ? null : Read(answer);
    }

    public async Task<JsonElement> FindAsync(string id) => Read(await SendAsync(HttpMethod.Get, $"api/runs/{id}", null));

    /// <summary>Every run, the latest first.</summary>
    public async Task<List<JsonElement>> ListAsync(string filter = "")
    {
        var runs = new List<JsonElement>();
        string? cursor = null;
        do
        {
            var page = Read(await SendAsync(HttpMethod.Get, $"api/runs?limit=200{filter}{(cursor is null ? "" : $"&cursor={cursor}")}", null));
            runs.AddRange(page.GetProperty("items").EnumerateArray());
            cursor = page.GetProperty("next").GetString();
        }
        while (cursor is not null);
        return runs;
    }

    /// <returns>Whether the run took it: one that went on meanwhile answers 409.</returns>
    public async Task<bool> SayAsync(string id, string verb, object body) => (await SendAsync(HttpMethod.Post, $"api/runs/{id}/{verb}", body)) switch
    {
        { Status: HttpStatusCode.OK } => true,
        { Status: HttpStatusCode.Conflict } => false,
        var other => throw new InvalidOperationException($"{verb} answered {(int)other.Status}: {other.Text}"),
    };

    public async Task<JsonElement> UntilAsync(string id, Func<JsonElement, bool> reached, TimeSpan limit)
    {
        using var late = new CancellationTokenSource(limit);
        using var tick = new PeriodicTimer(Pause);
        while (true)
        {
            if (await FindAsync(id) is var now && reached(now))
                return now;
            await tick.WaitForNextTickAsync(late.Token);
        }
    }

    static JsonElement Read((HttpStatusCode Status, string Text) answer) => answer.Status is HttpStatusCode.OK or HttpStatusCode.Accepted
        ? JsonSerializer.Deserialize<JsonElement>(answer.Text)
        : throw new InvalidOperationException($"The program answered {(int)answer.Status}: {answer.Text}");

    async Task<(HttpStatusCode Status, string Text)> SendAsync(HttpMethod method, string path, object? body, string? key = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        if (method == HttpMethod.Post)
            request.Headers.Add("Idempotency-Key", key ?? $"{Guid.NewGuid()}");
        using var answer = await client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.StatusCode == HttpStatusCode.InternalServerError ? throw new BrokenAnswerException($"{method} {path} answered 500: {text}") : (answer.StatusCode, text);
    }
}

/// <summary>The program lives and answered 500.</summary>
sealed class BrokenAnswerException(string message) : Exception(message);
