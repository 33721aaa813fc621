using OpsDashboard.Access;
using OpsDashboard.Alerts;
using OpsDashboard.Alerts.Handling;
using OpsDashboard.Audit;
using OpsDashboard.Runbooks.Planning;
using OpsDashboard.Runbooks.Store;

namespace OpsDashboard.Runbooks.Automation;

/// <summary>One look at everything that fires and has a policy: what is thought of it, and what is done. One look at a time.</summary>
sealed class AutomationRound(
    AutomationSwitchboard automation, AutomationBoard board, AlertBook alerts, IHealth health, Acknowledgements acknowledgements, RunStore store, Previews previews, RunbookList runbooks, Runs runs,
    IAutomationNews news, TimeProvider clock, ILogger<AutomationRound> log)
{
    /// <summary>Who acts. It has the rights of whoever may run what is reversible, over all systems, and no more.</summary>
    public static readonly Actor Acting = new("automation", "Automation", ActorKind.Program, [new(Role.Commander, null)]);

    /// <param name="holdLease">Whether this process is the one that acts; asked only where something fires.</param>
    public async Task LookAsync(Func<Task<bool>> holdLease, CancellationToken stop)
    {
        var policies = automation.Policies(Actor.Program);
        var concerned = alerts.Current.Where(alert => alert.State == AlertState.Firing).Select(alert => (Alert: alert, Policy: policies.FirstOrDefault(policy => policy.Fits(alert)))).Where(pair => pair.Policy is not null).ToArray();
        var verdicts = new Dictionary<Guid, AutomationVerdict>();
        var isActing = concerned.Length > 0 && await holdLease();
        foreach (var (alert, policy) in concerned)
        {
            var verdict = AutomationVerdict.Of(policy!, await SituationAsync(alert, policy!, stop));
            verdicts[alert.Id] = verdict;
            if (isActing && verdict.Step == AutomationStep.Act)
                await ActAsync(alert, policy!, verdict.Runbook!, stop);
            else if (isActing && verdict.Step == AutomationStep.HandOver)
                await news.HandedOverAsync(alert, policy!, stop);
        }
        board.Show(verdicts);
    }

    async Task<AutomationSituation> SituationAsync(Alert alert, AutomationPolicy policy, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        var lately = await store.ListAsync(new(StartedById: Acting.Id, StartedSince: now - AutomationPolicy.Memory), null, 500, stop);
        var open = await store.ListAsync(new(AlertId: alert.Id, IsOpen: true), null, 1, stop);
        var attempts = lately.Where(run => IsAttempt(run, alert, policy)).Select(run => new AutomationAttempt(run.RunbookId[(policy.SystemId.Length + 1)..], run.StartedAt, run.EndedAt)).ToArray();
        var system = health.Current.Systems.FirstOrDefault(one => one.SystemId == policy.SystemId);
        var state = alert.ComponentId is { } component && system?.Components.GetValueOrDefault(component) is { } part ? part.Health : system?.State.Health ?? Health.Unknown;
        return new(alert, automation.Current, state, acknowledgements.Of(alert.Id)?.OwnerName, open.FirstOrDefault()?.Name, attempts, lately.Count(run => now - run.StartedAt < AutomationVerdict.Window), now);
    }

    // The same condition, though the alert may have gone and come back.
    static bool IsAttempt(Run run, Alert alert, AutomationPolicy policy) =>
        policy.Runbooks.Any(name => run.RunbookId == $"{policy.SystemId}.{name}") && run.Goal is { } goal && goal.AlertName == alert.Name && goal.Labels.GetValueOrDefault("component") == alert.ComponentId;

    async Task ActAsync(Alert alert, AutomationPolicy policy, string name, CancellationToken stop)
    {
        try
        {
            var runbook = runbooks.Find(Acting, $"{policy.SystemId}.{name}");
            var plan = previews.Plan(runbook, new Dictionary<string, string>(), alert);
            var attempt = (await store.ListAsync(new(RunbookId: runbook.Id, AlertId: alert.Id), null, 500, stop)).Count;
            var (run, wasThere) = await runs.StartAsync(Acting, runbook.Id, new(new Dictionary<string, string>(), alert.Id, previews.Confirm(Acting, plan), $"{alert.Id:N} {attempt}"), stop);
            if (wasThere)
                return;
            news.Acted(alert, runbook);
            log.LogInformation("{Run}: {Title} was started for {Alert} without a person", run.Name, run.Title, alert.Name);
        }
        catch (Exception refused) when (refused is InvalidInputException or LockHeldException or PlanChangedException or AccessDeniedException or NotFoundException)
        {
            // Something else works on the same, or the runbook wants what only a person can give: the next look tries again.
            log.LogInformation("{Runbook} was not started for {Alert}: {Reason}", name, alert.Name, refused.Message);
        }
    }
}
