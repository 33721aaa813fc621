using System.Threading.Channels;
using OpsDashboard.Alerts.Silences;
using OpsDashboard.Live.Replicas;

namespace OpsDashboard.Alerts.Handling;

/// <summary>Keeps acknowledgements and silences true to the database: at start, when another replica says so, and every five seconds; ends timers each second.</summary>
sealed class HandlingHost(Acknowledgements acknowledgements, SilenceBook silences, IReplicaChannel replicas, TimeProvider clock, ILogger<HandlingHost> log) : BackgroundService
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    const int LookEvery = 5;

    readonly Channel<bool> wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    protected override async Task ExecuteAsync(CancellationToken stop)
    {
        await Task.Yield();
        using var ofAcknowledgements = replicas.Subscribe(Acknowledgements.Topic, () => wake.Writer.TryWrite(true));
        using var ofSilences = replicas.Subscribe(SilenceBook.Topic, () => wake.Writer.TryWrite(true));
        using var tick = new PeriodicTimer(Interval, clock);
        string? lastFault = null;
        for (var round = 0; ; round++)
        {
            try
            {
                if (round % LookEvery == 0 || wake.Reader.TryRead(out _))
                {
                    await acknowledgements.LoadAsync(stop);
                    await silences.LoadAsync(stop);
                }
                await acknowledgements.ExpireAsync(stop);
                silences.Turn();
                lastFault = null;
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                if (lastFault != error.Message)
                    log.LogError(error, "Acknowledgements and silences could not be read; what was known holds, the next round tries again");
                lastFault = error.Message;
            }
            await tick.WaitForNextTickAsync(stop);
        }
    }
}
