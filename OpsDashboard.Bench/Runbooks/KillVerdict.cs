using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OpsDashboard.Audit;
using OpsDashboard.Runbooks.Store;
using OpsDashboard.Storage;

namespace OpsDashboard.Bench.Runbooks;

/// <summary>Judges what is left of a program that was killed again and again, by its files and by the markers of its steps.</summary>
sealed class KillVerdict(string data, Markers markers)
{
    static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    readonly List<string> violations = [];
    string lastVerdict = "";

    public string Words => $"{violations.Count} violations; {lastVerdict}";

    /// <summary>The chain, while the program is dead.</summary>
    public async Task AuditAsync(int round)
    {
        using var contexts = new OpsContextFactory(new() { DataDirectory = data });
        using var keys = new AuditKeys(contexts);
        var verdict = await new AuditVerification(contexts, new(contexts), keys).VerifyAsync(CancellationToken.None);
        lastVerdict = verdict.Sentence;
        if (!verdict.IsIntact)
            Violated($"after kill {round} the audit chain is broken: {verdict.Sentence}");
        foreach (var (mark, step) in Twice())
            Violated($"after kill {round}: step {step} of {mark} ran twice");
    }

    /// <param name="runs">Every run, as the program tells them at the end.</param>
    public async Task<bool> JudgeAsync(IReadOnlyList<JsonElement> runs, KilledPerson person)
    {
        await AuditAsync(int.MaxValue);
        var byMark = runs.ToLookup(run => run.GetProperty("plan").GetProperty("parameters").GetProperty("mark").GetString()!);
        foreach (var (mark, id) in person.Accepted.Where(pair => byMark[pair.Key].All(run => run.GetProperty("id").GetString() != pair.Value)))
            Violated($"{mark} was started as {id} and is lost");
        foreach (var mark in byMark.Where(mark => mark.Count() > 1))
            Violated($"{mark.Key} was started {mark.Count()} times");
        foreach (var run in runs)
            JudgeRun(run);
        using var contexts = new OpsContextFactory(new() { DataDirectory = data });
        await using var context = contexts.CreateDbContext();
        foreach (var held in await context.Set<RunLock>().ToListAsync())
            Violated($"the lock {held.Resource} is still held by RUN-{held.RunNumber}");
        foreach (var muting in await context.Set<StoredRun>().Where(run => run.IsMuting).ToListAsync())
            Violated($"RUN-{muting.Number} still mutes");
        if (person.Left > 0)
            Violated($"{person.Left} aborts left a child running");
        if (person.Broken > 0)
            Violated($"{person.Broken} answers of 500");
        await Task.Delay(Farewell, TimeProvider.System);
        if (ChildProcesses.Count() is > 0 and var left)
            Violated($"{left} processes of commands are left");
        Console.WriteLine($"{runs.Count} runs: {string.Join(", ", runs.CountBy(run => run.GetProperty("status").GetString()!).Select(pair => $"{pair.Value} {pair.Key}"))}; {markers.Read().Sum(mark => mark.Count())} markers of steps; {lastVerdict}");
        Console.WriteLine(violations.Count == 0 ? "no violation" : string.Join('\n', violations));
        return violations.Count == 0;
    }

    void JudgeRun(JsonElement run)
    {
        var (name, status, reason) = (run.GetProperty("name").GetString(), run.GetProperty("status").GetString(), run.GetProperty("reason").GetString());
        if (status is not ("succeeded" or "aborted"))
            Violated($"{name} {run.GetProperty("runbook").GetString()} is {status}: {reason}");
        if (status != "succeeded")
            return;
        var written = markers.Read()[run.GetProperty("plan").GetProperty("parameters").GetProperty("mark").GetString()!].ToHashSet();
        foreach (var step in run.GetProperty("steps").EnumerateArray().SelectMany(step => step.GetProperty("inner").EnumerateArray() is var inner && inner.Any() ? inner.AsEnumerable() : [step]))
        {
            var own = step.GetProperty("name").GetString()!;
            if (own != "within" && !written.Contains(own))
                Violated($"{name} succeeded, and its step {own} never ran");
        }
    }

    IEnumerable<(string Mark, string Step)> Twice() => markers.Read().SelectMany(mark => mark.CountBy(step => step).Where(pair => pair.Value > 1).Select(pair => (mark.Key, pair.Key)));

    void Violated(string what)
    {
        // One that is seen after every further kill is one.
        var cause = what[(what.IndexOf(':') + 1)..];
        if (violations.Any(known => known.EndsWith(cause, StringComparison.Ordinal)))
            return;
        violations.Add(what);
        Console.WriteLine($"VIOLATION {what}");
    }
}
