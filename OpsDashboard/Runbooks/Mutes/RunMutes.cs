using OpsDashboard.Alerts.Silences;
using OpsDashboard.Live;
using OpsDashboard.Runbooks.Store;
using OpsDashboard.Storage;
using OpsDashboard.Ui;

namespace OpsDashboard.Runbooks.Mutes;

/// <summary>
/// What runs mute now. A mute is nothing that is kept: it follows from a run that is driven or waits in the middle, so that it is gone with the run's
/// end, and with the lease of a process that died. Thread-safe.
/// </summary>
public sealed class RunMutes(RunStore store, Leases leases, LiveBus bus, TimeProvider clock) : IAlertMutes
{
    /// <summary>What was not read for longer, because the database is away, mutes nothing any more.</summary>
    static readonly TimeSpan Fresh = TimeSpan.FromSeconds(15);

    sealed record Reading(IReadOnlyList<AlertMute> Mutes, long At);

    volatile Reading last = new([], 0);

    public IReadOnlyList<AlertMute> Current => last is { Mutes.Count: > 0 } known && clock.GetElapsedTime(known.At) < Fresh ? known.Mutes : [];

    /// <summary>Reads anew; done each second.</summary>
    public async Task LookAsync(CancellationToken stop)
    {
        var at = clock.GetTimestamp();
        var runs = await store.MutingAsync(stop);
        if (runs.Count > 0)
        {
            var held = await leases.HeldAsync([.. runs.Select(run => RunStore.LeaseOf(run.Id))], stop);
            runs = [.. runs.Where(run => run.Status == RunStatus.Waiting || held.Contains(RunStore.LeaseOf(run.Id)))];
        }
        var mutes = runs.SelectMany(Of).ToArray();
        var before = last;
        last = new(mutes, at);
        if (!before.Mutes.Select(Name).SequenceEqual(mutes.Select(Name)))
            bus.Publish(new SilencesChanged());
    }

    IEnumerable<AlertMute> Of(Run run) => from mute in run.Plan.Mutes
                                          where mute.For is not { } most || clock.GetUtcNow() < (run.BeganAt ?? run.StartedAt) + most
                                          select new AlertMute(run.SystemId, [.. mute.Matchers.Select(MatcherText.Parse)], $"{run.Name}, {run.Title}", Urls.Run(run.Id));

    static string Name(AlertMute mute) => $"{mute.Url} {string.Join(",", mute.Matchers.Select(MatcherText.Write))}";
}
