using OpsDashboard.Live;
using OpsDashboard.Live.Replicas;
using OpsDashboard.Storage;

namespace OpsDashboard.Runbooks.Output;

/// <summary>
/// What a run prints that another replica drives, for those who follow it here: read from what is stored, at once when the other says that there is more,
/// and each second in any case. The newest <see cref="MostLines"/> of a look are told; the raw log has them all.
/// </summary>
sealed class ReplicaOutput(RunLiveSource source, RunOutputs outputs, LiveBus bus, IReplicaChannel replicas, StorageOptions storage, TimeProvider clock, ILogger<ReplicaOutput> log)
    : LookingHost("What runs of other replicas print could not be read", TimeSpan.FromSeconds(1), clock, log)
{
    public const int MostLines = 500;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Only there do several processes share what is stored.
        if (storage.Provider != StorageProvider.Postgres)
            return;
        using var others = replicas.Subscribe(RunOutputs.Topic, Wake);
        await base.ExecuteAsync(stoppingToken);
    }

    protected internal override async Task LookAsync(CancellationToken stop)
    {
        var followed = source.Followed;
        if (followed.Count == 0)
            return;
        foreach (var (run, count) in await outputs.CountsAsync(followed.Keys, stop))
        {
            if (count <= followed[run])
                continue;
            var lines = await outputs.ReadAsync(run, Math.Max(followed[run] + 1, count - MostLines + 1), MostLines, stop);
            if (lines.Count > 0)
                bus.Publish(new RunPrinted(run, lines));
        }
    }
}
