using System.Collections.Concurrent;
using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;

namespace OpsDashboard.Metrics.Collectors.Heartbeats;

/// <summary>
/// The last report of every job. A report is kept as a sample that is on disk before the job is told so; after a restart the state is read back
/// from the samples. Thread-safe.
/// </summary>
public sealed class Heartbeats(ISampleAppender appender, ISampleQuery samples, ICatalogue catalogue, TimeProvider clock)
{
    /// <summary>1 at the instant of a report, 0 where the job said that it failed.</summary>
    const string Received = "heartbeat_received";
    const string ReportedAt = "heartbeat_reported_timestamp_seconds";
    const string Failed = "heartbeat_failed";
    const string WaitingSince = "heartbeat_waiting_since_timestamp_seconds";

    // Raw samples are kept ten days; what is older is known from the hourly tier.
    static readonly TimeSpan RawSpan = TimeSpan.FromDays(9);
    static readonly TimeSpan LongSpan = TimeSpan.FromDays(400);
    const long Hour = 3_600_000;

    readonly ConcurrentDictionary<(string System, string Name), HeartbeatState> entries = new();

    /// <summary>Begins to await the job of a target.</summary>
    public async Task<HeartbeatState> OpenAsync(Target target, long now, CancellationToken stop)
    {
        var known = await RestoreAsync(target, now, stop);
        return entries.AddOrUpdate((target.SystemId, target.Address), known, (_, before) => Newer(before, known));
    }

    public void Close(Target target) => entries.TryRemove((target.SystemId, target.Address), out _);

    public HeartbeatState? Find(Target target) => entries.GetValueOrDefault((target.SystemId, target.Address));

    /// <summary>Keeps a report; it is on disk when the call returns.</summary>
    /// <returns>False where no target of the system has this name.</returns>
    /// <exception cref="AccessDeniedException">The actor may not write samples of the system.</exception>
    public async Task<bool> ReportAsync(Actor actor, string system, string name, bool hasFailed, double? seconds, string? message, CancellationToken stop)
    {
        actor.Demand(Permission.WriteSamples, system);
        // The catalogue decides, not the collector's loop: a job may report before the first tick after a restart.
        if (catalogue.Current.Find(system)?.Targets.FirstOrDefault(known => known.Kind == HeartbeatKind.Name && known.Address == name) is not { } target)
            return false;
        if (Find(target) is null)
            await OpenAsync(target, clock.GetUtcNow().ToUnixTimeMilliseconds(), stop);
        var report = new HeartbeatReport(clock.GetUtcNow().ToUnixTimeMilliseconds(), hasFailed, seconds, message);
        var series = appender.Resolve(new TargetLabels(target).Identify(Received, []));
        await appender.AppendDurableAsync(new[] { new PendingSample(series, report.At, hasFailed ? 0 : 1) }, stop);
        entries.AddOrUpdate((system, name), _ => new(report.At, report), (_, before) => before with { Last = report });
        return true;
    }

    /// <returns>How many samples were added.</returns>
    public static int Write(CollectContext context, HeartbeatState state)
    {
        context.Add(WaitingSince, state.WaitingSince / 1000.0);
        if (state.Last is not { } last)
            return 1;
        context.Add("heartbeat_age_seconds", Math.Max(0, context.At - last.At) / 1000.0);
        context.Add(ReportedAt, last.At / 1000.0);
        context.Add(Failed, last.HasFailed ? 1 : 0);
        if (last.Seconds is not { } seconds)
            return 4;
        context.Add("heartbeat_duration_seconds", seconds);
        return 5;
    }

    async Task<HeartbeatState> RestoreAsync(Target target, long now, CancellationToken stop)
    {
        var received = await LastAsync(Received, target, now, stop);
        var repeated = await LastAsync(ReportedAt, target, now, stop);
        var since = await LastAsync(WaitingSince, target, now, stop);
        var at = Math.Max(received?.At ?? 0, repeated is { } reported ? (long)Math.Round(reported.Value * 1000) : 0);
        var hasFailed = received is { } last && last.At >= at ? last.Value == 0 : await LastAsync(Failed, target, now, stop) is { Value: > 0 };
        return new(since is { } began ? (long)Math.Round(began.Value * 1000) : now, at == 0 ? null : new(at, hasFailed, null, null));
    }

    async Task<Sample?> LastAsync(string metric, Target target, long now, CancellationToken stop)
    {
        LabelMatcher[] matchers = [LabelMatcher.Metric(metric), LabelMatcher.Equal(TargetLabels.System, target.SystemId), LabelMatcher.Equal(TargetLabels.Job, target.Job), LabelMatcher.Equal(TargetLabels.Instance, target.Instance)];
        return Newest(await samples.SelectAsync(matchers, now - (long)RawSpan.TotalMilliseconds, now, SelectOptions.Raw, stop))
            ?? Newest(await samples.SelectAsync(matchers, now - (long)LongSpan.TotalMilliseconds, now, new(Step: Hour), stop));
    }

    static Sample? Newest(Selection selection)
    {
        Sample? newest = null;
        foreach (var series in selection.Series)
        {
            for (var i = series.Times.Length - 1; i >= 0; i--)
            {
                if (StaleMarker.Is(series.Values[i]))
                    continue;
                if (newest is null || series.Times[i] > newest.Value.At)
                    newest = new(series.Times[i], series.Values[i]);
                break;
            }
        }
        return newest;
    }

    static HeartbeatState Newer(HeartbeatState one, HeartbeatState other) =>
        new(Math.Min(one.WaitingSince, other.WaitingSince), (one.Last?.At ?? 0) >= (other.Last?.At ?? 0) ? one.Last : other.Last);
}
