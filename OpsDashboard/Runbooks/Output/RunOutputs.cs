using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OpsDashboard.Live;
using OpsDashboard.Live.Replicas;
using OpsDashboard.Runbooks.Store;
using OpsDashboard.Storage;

namespace OpsDashboard.Runbooks.Output;

/// <summary>What runs printed: stored, then published, here and to the other replicas. Thread-safe. It asks nobody for permission.</summary>
public sealed class RunOutputs(OpsContextFactory contexts, LiveBus bus, IReplicaChannel replicas)
{
    internal const string Topic = "run-output";

    static readonly JsonSerializerOptions Json = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public async Task StoreAsync(Guid runId, IReadOnlyList<OutputLine> lines, CancellationToken stop)
    {
        if (lines.Count == 0)
            return;
        await using (var context = contexts.CreateDbContext())
        {
            var text = JsonSerializer.Serialize(lines.Select(line => new object[] { Instant.ToMicroseconds(line.At), line.Step, line.IsError, line.Text }), Json);
            context.Add(new RunOutput { RunId = runId, FirstLine = lines[0].Number, Lines = lines.Count, Text = text });
            await context.SaveChangesAsync(stop);
        }
        bus.Publish(new RunPrinted(runId, lines));
        replicas.Publish(Topic);
    }

    /// <summary>Lines from a number on, the oldest first.</summary>
    public async Task<IReadOnlyList<OutputLine>> ReadAsync(Guid runId, long from, int limit, CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        // The chunk that holds the first line begins at or before it.
        var start = await context.Set<RunOutput>().AsNoTracking().Where(output => output.RunId == runId && output.FirstLine <= from).MaxAsync(output => (long?)output.FirstLine, stop) ?? 0;
        var lines = new List<OutputLine>();
        await foreach (var output in context.Set<RunOutput>().AsNoTracking().Where(output => output.RunId == runId && output.FirstLine >= start).OrderBy(output => output.FirstLine).AsAsyncEnumerable().WithCancellation(stop))
        {
            lines.AddRange(Lines(output).Where(line => line.Number >= from));
            if (lines.Count >= limit)
                break;
        }
        return lines.Count > limit ? lines[..limit] : lines;
    }

    /// <summary>The latest lines, the oldest first.</summary>
    public async Task<IReadOnlyList<OutputLine>> TailAsync(Guid runId, int limit, CancellationToken stop) =>
        await ReadAsync(runId, Math.Max(1, await CountAsync(runId, stop) - limit + 1), limit, stop);

    public async Task<long> CountAsync(Guid runId, CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        // By the key, from the end: there are many portions, and this is asked for with every one.
        return await context.Set<RunOutput>().AsNoTracking().Where(output => output.RunId == runId).OrderByDescending(output => output.FirstLine).Select(output => (long?)(output.FirstLine + output.Lines - 1)).FirstOrDefaultAsync(stop) ?? 0;
    }

    /// <summary>The same of several runs; those that printed nothing are missing.</summary>
    public async Task<IReadOnlyDictionary<Guid, long>> CountsAsync(IEnumerable<Guid> runs, CancellationToken stop)
    {
        var ids = runs.ToArray();
        await using var context = contexts.CreateDbContext();
        return await context.Set<RunOutput>().AsNoTracking().Where(output => ids.Contains(output.RunId))
            .GroupBy(output => output.RunId).Select(group => new { group.Key, Count = group.Max(output => output.FirstLine + output.Lines - 1) }).ToDictionaryAsync(group => group.Key, group => group.Count, stop);
    }

    static IEnumerable<OutputLine> Lines(RunOutput output)
    {
        using var document = JsonDocument.Parse(output.Text);
        var number = output.FirstLine;
        foreach (var line in document.RootElement.EnumerateArray())
            yield return new(number++, Instant.FromMicroseconds(line[0].GetInt64()), line[1].GetString()!, line[2].GetBoolean(), line[3].GetString()!);
    }
}
