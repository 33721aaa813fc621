using System.Collections.Concurrent;
using OpsDashboard.Catalogue;

namespace OpsDashboard.Metrics.Collectors.Hosting;

/// <summary>What a target's runs leave behind: its samples in the store, its state, its documents. Written by its loop alone but for the pause.</summary>
sealed class TargetRecord(Target target, LoopSurroundings around)
{
    readonly Lock gate = new();
    readonly HostSeries hostSeries = new(new(target), around.Appender);
    readonly ReportedSeries reported = new();
    readonly List<PendingSample> batch = [];
    readonly ConcurrentDictionary<string, CollectedDocument> documents = [];
    CollectorState state = new() { Target = target };

    public CollectorState State => Volatile.Read(ref state);

    public IReadOnlyCollection<CollectedDocument> Documents => [.. documents.Values];

    public void KeepDocument(string name, object content) =>
        documents[name] = new(State.Target, name, around.Clock.GetUtcNow(), content);

    public void Missed(long ticks)
    {
        if (ticks > 0)
            Change(old => old with { MissedTicks = old.MissedTicks + ticks });
    }

    public void Relocate(Target moved) => Change(old => old with { Target = moved });

    public void Paused(CollectorPause? pause)
    {
        if (!Equals(pause, State.Pause))
            Change(old => old with { Pause = pause, ChangedAt = around.Clock.GetUtcNow() });
    }

    public void Broken() =>
        Change(old => old with { Failure = CollectFailure.Other, Reason = "Collecting stopped by a fault of this program; its log says more.", ChangedAt = around.Clock.GetUtcNow() });

    /// <summary>Appends what the run added with what the host adds, ends what was not reported, and keeps the outcome.</summary>
    public void Finish(Tick tick, CollectOutcome outcome, TimeSpan duration, ReadOnlySpan<PendingSample> samples)
    {
        batch.Clear();
        batch.AddRange(samples);
        reported.Compare(samples, tick.At, batch);
        var failures = outcome.Failure == CollectFailure.None ? 0 : State.ConsecutiveFailures + 1;
        try
        {
            hostSeries.Add(batch, tick.At, failures, duration, samples.Length, State.MissedTicks);
        }
        catch (SeriesLimitException full)
        {
            outcome = CollectOutcome.Failed(CollectFailure.TooManySeries, full.Message, outcome.Samples);
        }
        var appended = Append();
        var silent = reported.Silent(tick.At);
        Keep(tick, outcome, duration, samples.Length, Note(appended, tick), silent);
        batch.Clear();
    }

    /// <summary>Ends every series of the target: it is no longer collected.</summary>
    public void End(long at)
    {
        batch.Clear();
        reported.Compare([], at, batch);
        hostSeries.End(batch, at);
        Append();
        batch.Clear();
    }

    AppendOutcome Append() => around.Appender.Append(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(batch));

    void Keep(Tick tick, CollectOutcome outcome, TimeSpan duration, int samples, string? note, IReadOnlyList<SilentSeries> silent)
    {
        var failed = outcome.Failure != CollectFailure.None;
        Change(old => old with
        {
            LastRunAt = DateTimeOffset.FromUnixTimeMilliseconds(tick.At),
            Duration = duration,
            Samples = samples,
            Failure = outcome.Failure,
            Reason = failed ? outcome.Reason : null,
            Note = failed ? null : note ?? outcome.Reason,
            ConsecutiveFailures = failed ? old.ConsecutiveFailures + 1 : 0,
            ChangedAt = old.LastRunAt is null || failed != (old.Failure != CollectFailure.None) ? around.Clock.GetUtcNow() : old.ChangedAt,
            History = Extend(old.History, new(tick.At, duration, outcome.Failure)),
            Silent = silent,
            SilentCount = reported.SilentCount,
        });
        if (State.ConsecutiveFailures == 1)
            around.Logger.LogWarning("Collecting {Target} fails: {Failure}.", State.Target.Id, outcome.Failure);
    }

    static IReadOnlyList<PastRun> Extend(IReadOnlyList<PastRun> history, PastRun run) =>
        history.Count < CollectorState.MaxHistory ? [.. history, run] : [.. history.Skip(history.Count - CollectorState.MaxHistory + 1), run];

    static string? Note(AppendOutcome appended, Tick tick)
    {
        if (tick.Ahead > TimeSpan.Zero)
            return $"The clock stepped back; stamps run {PrometheusDuration.Format(tick.Ahead)} ahead until it has caught up.";
        if (appended.Refused == 0)
            return null;
        List<string> parts = [];
        if (appended.Conflicting > 0)
            parts.Add($"{appended.Conflicting} repeated a time stamp with another value");
        if (appended.TooFarAhead > 0)
            parts.Add($"{appended.TooFarAhead} were more than ten minutes ahead");
        if (appended.TooOld > 0)
            parts.Add($"{appended.TooOld} were older than what is kept");
        return $"Of the samples, {string.Join(", ", parts)}; they were not stored.";
    }

    void Change(Func<CollectorState, CollectorState> change)
    {
        lock (gate)
            Volatile.Write(ref state, change(state));
        around.Changed();
    }
}
