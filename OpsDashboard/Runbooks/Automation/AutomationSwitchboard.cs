using Microsoft.EntityFrameworkCore;
using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Live;
using OpsDashboard.Live.Replicas;
using OpsDashboard.Storage;

namespace OpsDashboard.Runbooks.Automation;

/// <summary>On the LiveBus, after a switch is in the database.</summary>
public sealed record AutomationChanged;

/// <summary>
/// The switches of automation. Whoever may run runbooks may stop it, at any time and without a reason; only a commander lets it act.
/// Thread-safe.
/// </summary>
public sealed class AutomationSwitchboard(OpsContextFactory contexts, IAuditLog audit, ICatalogue catalogue, LiveBus bus, IReplicaChannel replicas, TimeProvider clock)
{
    internal const string Topic = "automation";

    volatile AutomationSwitches current = AutomationSwitches.None;

    /// <summary>As of the last look; every change here and every second.</summary>
    public AutomationSwitches Current => current;

    /// <summary>The policies of systems whose runbooks the actor may read.</summary>
    public IReadOnlyList<AutomationPolicy> Policies(Actor actor)
    {
        if (!actor.MayAnywhere(Permission.ReadRunbooks))
            actor.Demand(Permission.ReadRunbooks);
        return [.. catalogue.Current.Systems.Where(system => actor.May(Permission.ReadRunbooks, system.Id)).SelectMany(system => (system.Document<AutomationDocument>() ?? AutomationDocument.Empty).Policies)];
    }

    /// <summary>Stops all of it, that of a system, or that of a policy. What runs goes on; nothing new begins.</summary>
    /// <param name="scope"><see cref="AutomationSwitch.Everything"/>, a system's id or a policy's.</param>
    /// <exception cref="AccessDeniedException" />
    /// <exception cref="NotFoundException">There is no such system or policy.</exception>
    public Task StopAsync(Actor actor, string scope, string? reason, CancellationToken stop)
    {
        actor.Demand(Permission.StopAutomation, SystemOf(scope));
        return SetAsync(actor, scope, isOn: false, Reason(reason, isRequired: false), stop);
    }

    /// <summary>Lets it act again, or for the first time.</summary>
    /// <exception cref="AccessDeniedException">Only a commander of the system, or of all systems.</exception>
    /// <exception cref="InvalidInputException">There is no reason.</exception>
    /// <exception cref="NotFoundException">There is no such system or policy.</exception>
    public Task AllowAsync(Actor actor, string scope, string? reason, CancellationToken stop)
    {
        actor.Demand(Permission.AllowAutomation, SystemOf(scope));
        return SetAsync(actor, scope, isOn: true, Reason(reason, isRequired: true), stop);
    }

    /// <summary>Reads the switches as they are in the database.</summary>
    internal async Task ReadAsync(CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        var set = await context.Set<AutomationSwitch>().AsNoTracking().ToDictionaryAsync(one => one.Scope, stop);
        var before = current;
        current = new(set);
        if (before.Set.Count != set.Count || set.Any(pair => before.Set.GetValueOrDefault(pair.Key)?.Version != pair.Value.Version))
            bus.Publish(new AutomationChanged());
    }

    async Task SetAsync(Actor actor, string scope, bool isOn, string reason, CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        var row = await context.Set<AutomationSwitch>().FirstOrDefaultAsync(one => one.Scope == scope, stop);
        if (row is null)
            context.Add(row = new() { Scope = scope, SetBy = actor.Id, SetAt = clock.Now() });
        (row.IsOn, row.Reason, row.SetBy, row.SetAt) = (isOn, reason, actor.Id, clock.Now());
        try
        {
            await audit.CommitAsync(context, new(actor, isOn ? "automation.allowed" : "automation.stopped", SystemOf(scope) is { } system ? $"system/{system}" : "automation", Particulars: new Dictionary<string, object?> { ["scope"] = scope, ["reason"] = reason }), stop);
        }
        catch (DbUpdateException clash) when (!Http.Problems.IsOutage(clash))
        {
            throw new StaleVersionException(row.Version, row.Version + 1);
        }
        await ReadAsync(stop);
        replicas.Publish(Topic);
    }

    string? SystemOf(string scope)
    {
        if (scope == AutomationSwitch.Everything)
            return null;
        var system = catalogue.Current.Find(scope.Split('/')[0]);
        var isKnown = system is not null && (system.Id == scope || (system.Document<AutomationDocument>() ?? AutomationDocument.Empty).Policies.Any(policy => policy.Id == scope));
        return isKnown ? system!.Id : throw new NotFoundException($"automation {scope}");
    }

    static string Reason(string? reason, bool isRequired)
    {
        var text = reason?.ReplaceLineEndings(" ").Trim() ?? "";
        if (text.Length > Runs.MaxReason || (isRequired && text.Length == 0))
            throw new InvalidInputException("reason", isRequired ? $"has between 1 and {Runs.MaxReason} characters." : $"has at most {Runs.MaxReason} characters.");
        return text;
    }
}
