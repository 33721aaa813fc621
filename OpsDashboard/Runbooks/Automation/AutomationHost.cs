using OpsDashboard.Live;
using OpsDashboard.Live.Replicas;
using OpsDashboard.Storage;

namespace OpsDashboard.Runbooks.Automation;

/// <summary>
/// Looks each second. One process of several acts, which its lease says; the key of each start makes that another one after a takeover starts nothing
/// a second time.
/// </summary>
sealed class AutomationHost(AutomationSwitchboard automation, AutomationRound round, Leases leases, IReplicaChannel replicas, TimeProvider clock, ILogger<AutomationHost> log)
    : LookingHost("Automation could not look", TimeSpan.FromSeconds(1), clock, log)
{
    const string Lease = "automation";
    static readonly TimeSpan LeaseLength = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var others = replicas.Subscribe(AutomationSwitchboard.Topic, () => _ = ReadQuietlyAsync(stoppingToken));
        await base.ExecuteAsync(stoppingToken);
    }

    protected internal override async Task LookAsync(CancellationToken stop)
    {
        await automation.ReadAsync(stop);
        await round.LookAsync(async () => await leases.TryHoldAsync(Lease, LeaseLength, stop) is not null, stop);
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
