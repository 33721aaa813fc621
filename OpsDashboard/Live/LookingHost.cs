using System.Threading.Channels;

namespace OpsDashboard.Live;

/// <summary>
/// Looks again and again until the program ends: at once, each <paramref name="pace"/>, and when it is woken. What a look could not do the next one tries
/// again; a fault is logged once, as long as it stays the same.
/// </summary>
/// <param name="fault">What is logged of a look that failed, a clause without its full stop.</param>
public abstract class LookingHost(string fault, TimeSpan pace, TimeProvider clock, ILogger log) : BackgroundService
{
    readonly Channel<bool> wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    // Those who inherit would capture theirs a second time.
    protected TimeProvider Clock => clock;

    protected ILogger Log => log;

    /// <summary>One look. Never two at a time.</summary>
    protected internal abstract Task LookAsync(CancellationToken stop);

    /// <summary>Has it look at once, or once more where it looks already. Returns at once, from any thread.</summary>
    protected void Wake() => wake.Writer.TryWrite(true);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        Wake();
        using var tick = clock.CreateTimer(_ => Wake(), null, pace, pace);
        string? said = null;
        try
        {
            await foreach (var _ in wake.Reader.ReadAllAsync(stoppingToken))
            {
                try
                {
                    await LookAsync(stoppingToken);
                    said = null;
                }
                catch (Exception thrown) when (!stoppingToken.IsCancellationRequested)
                {
                    if (said != thrown.Message)
                        log.LogError(thrown, "{Fault}; the next look tries again", fault);
                    said = thrown.Message;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The program ends.
        }
    }
}
