using OpsDashboard.Live.Replicas;
using OpsDashboard.Storage;

namespace OpsDashboard.Runbooks.Automation;

/// <summary>
/// Looks each second. One process of several acts, which its lease says; the key of each start makes that another one after a takeover starts nothing
/// a second time.
/// </summary>
sealed class AutomationHost(AutomationSwitchboard automation, AutomationRound round, Leases leases, IReplicaChannel replicas, TimeProvider clock, ILogger<AutomationHost> log) : BackgroundService
{
    const string Lease = "automation";
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(1), LeaseLength = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        using var timer = new PeriodicTimer(Interval, clock);
        using var others = replicas.Subscribe(AutomationSwitchboard.Topic, () => _ = ReadQuietlyAsync(stoppingToken));
        string? lastFault = null;
        try
        {
            do
            {
                try
                {
                    await automation.ReadAsync(stoppingToken);
                    await round.LookAsync(async () => await leases.TryHoldAsync(Lease, LeaseLength, stoppingToken) is not null, stoppingToken);
                    lastFault = null;
                }
                catch (Exception fault) when (fault is not OperationCanceledException)
                {
                    if (lastFault != fault.Message)
                        log.LogError(fault, "Automation could not look; the next second tries again");
                    lastFault = fault.Message;
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The program ends.
        }
    }

    async Task ReadQuietlyAsync(CancellationToken stop)
    {
        try
        {
            await automation.ReadAsync(stop);
        }
        catch (Exception away) when (away is OperationCanceledException || Http.Problems.IsOutage(away))
        {
            // The next second reads again.
        }
    }
}
