using System.Collections.Concurrent;
using System.Text.Json;
using OpsDashboard.Bench.Collect;

namespace OpsDashboard.Bench.Runbooks;

/// <summary>Who starts runs in a program that is killed again and again, and looks after those that wait for somebody.</summary>
sealed class KilledPerson(Launch launch, Markers markers)
{
    const int MostOpen = 25;
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250), StillRuns = TimeSpan.FromSeconds(4), StillRunsSinceBefore = TimeSpan.FromSeconds(40);

    readonly ConcurrentDictionary<string, string> accepted = new();
    readonly Queue<(string Runbook, string Mark)> unanswered = [];
    DateTimeOffset began;
    int marks, resumed, skipped, confirmed, aborted, found, left, unseen, broken;

    /// <summary>Runs of whose start the program said that it is done: id by mark.</summary>
    public IReadOnlyDictionary<string, string> Accepted => accepted;

    /// <summary>Children that an abort did not end.</summary>
    public int Left => left;

    /// <summary>Answers of 500 by a program that lived; each was written out with the program's log.</summary>
    public int Broken => broken;

    public string Words => $"{accepted.Count} runs started, {confirmed} turns confirmed, interrupted ones {resumed} times resumed, {skipped} skipped, {aborted} aborted ({found} with a child that still ran, of which {left} were not ended; {unseen} with an outcome that is unknown)";

    /// <summary>Until the end, or until the program answers no more.</summary>
    public async Task WorkAsync(RunsApi api, bool isStarting, CancellationToken end)
    {
        began = TimeProvider.System.GetUtcNow();
        try
        {
            while (!end.IsCancellationRequested)
            {
                await LookAroundAsync(api, isStarting);
                await Task.Delay(Pause, TimeProvider.System, end);
            }
        }
        catch (Exception gone) when (gone is HttpRequestException or IOException or OperationCanceledException)
        {
            // It was killed.
        }
    }

    async Task LookAroundAsync(RunsApi api, bool isStarting)
    {
        try
        {
            var open = await api.ListAsync("&open=true");
            if (isStarting && (open.Count < MostOpen || unanswered.Count > 0))
                await StartAsync(api);
            foreach (var run in open)
                await LookAfterAsync(api, run);
        }
        catch (BrokenAnswerException answer)
        {
            broken++;
            Console.WriteLine($"{answer.Message}\n{launch.Log}");
        }
    }

    // A press that got no answer is pressed again, with the same key.
    async Task StartAsync(RunsApi api)
    {
        if (unanswered.Count == 0)
            unanswered.Enqueue((KilledRunbooks.Started[Random.Shared.Next(KilledRunbooks.Started.Length)], $"m{++marks}"));
        var (runbook, mark) = unanswered.Peek();
        if (await api.StartAsync(runbook, new Dictionary<string, string> { ["mark"] = mark }, mark) is { } run)
            accepted[mark] = run.GetProperty("id").GetString()!;
        unanswered.Dequeue();
    }

    async Task LookAfterAsync(RunsApi api, JsonElement run)
    {
        var id = run.GetProperty("id").GetString()!;
        if (run.GetProperty("line") is { ValueKind: JsonValueKind.Object } line && line.GetProperty("turnAt").ValueKind != JsonValueKind.Null && line.GetProperty("startedBy").ValueKind == JsonValueKind.Null)
            confirmed += await api.SayAsync(id, "confirm", new { plan = run.GetProperty("plan").GetProperty("hash").GetString() }) ? 1 : 0;
        else if (run.GetProperty("status").GetString() == "interrupted")
            await AnswerAsync(api, id, run);
        else if (IsLong(run) && run.GetProperty("status").GetString() == "running" && IsLongEnough(run.GetProperty("startedAt").GetDateTimeOffset()))
            await api.SayAsync(id, "abort", new { reason = "long enough" });
    }

    async Task AnswerAsync(RunsApi api, string id, JsonElement run)
    {
        var unknown = run.GetProperty("steps").EnumerateArray().FirstOrDefault(step => step.GetProperty("state").GetString() == "unknown");
        if (unknown.ValueKind == JsonValueKind.Undefined)
            return;
        string[] steps = unknown.GetProperty("inner").GetArrayLength() == 0 ? [unknown.GetProperty("name").GetString()!] : [.. unknown.GetProperty("inner").EnumerateArray().Where(inner => inner.GetProperty("state").GetString() == "unknown").Select(inner => inner.GetProperty("name").GetString()!)];
        var mark = run.GetProperty("plan").GetProperty("parameters").GetProperty("mark").GetString()!;
        var (happened, isGroup) = (steps.Count(step => markers.Has(mark, step)), unknown.GetProperty("inner").GetArrayLength() > 0);
        // Of a group that happened in part nothing fits: done again it would run twice, skipped it would miss one.
        if (IsLong(run) ? happened > 0 : isGroup && happened > 0)
            await AbortAsync(api, id, mark);
        else if (happened == 0)
            resumed += await api.SayAsync(id, "resume", new { }) ? 1 : 0;
        else
            skipped += await api.SayAsync(id, "skip", new { step = unknown.GetProperty("name").GetString(), reason = "its marker is there" }) ? 1 : 0;
    }

    // What the dead program left running is found by the program that lives, and ended.
    async Task AbortAsync(RunsApi api, string id, string mark)
    {
        var before = ChildProcesses.Count($"MARK={mark}\0");
        if (!await api.SayAsync(id, "abort", new { reason = "found" }))
            return;
        aborted++;
        found += before > 0 ? 1 : 0;
        left += ChildProcesses.Count($"MARK={mark}\0") > 0 ? 1 : 0;
        unseen += (await api.FindAsync(id)).GetProperty("reason").GetString()!.Contains("unknown", StringComparison.Ordinal) ? 1 : 0;
    }

    // One that was started, or stood in line, before the program was may be another life's: that one is found interrupted first.
    bool IsLongEnough(DateTimeOffset startedAt) =>
        TimeProvider.System.GetUtcNow() is var now && (startedAt > began ? now - startedAt > StillRuns : now - began > StillRunsSinceBefore);

    static bool IsLong(JsonElement run) => run.GetProperty("runbook").GetString() == $"{BenchRunbooks.System}.{KilledRunbooks.Long}";
}
