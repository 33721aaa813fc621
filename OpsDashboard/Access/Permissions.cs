using OpsDashboard.Audit;

namespace OpsDashboard.Access;

/// <summary>Everything that a person or token may be allowed to do. The role that it takes stands in <see cref="Permissions"/>.</summary>
public enum Permission
{
    ReadSystems,
    ReadMetrics,
    ReadKpis,
    ReadAlerts,
    ReadLogs,
    ReadCollectors,
    ReadCatalogue,
    PinCharts,
    EnterFigures,
    WriteSamples,
    WriteLogs,
    PauseCollectors,
    AcknowledgeAlerts,
    SilenceAlerts,
    SendAlerts,
    SendNotifications,
    ReadOnCall,
    TakeShifts,
    PlanShifts,
    ReadRunbooks,
    RunRunbooks,
    ApproveRuns,
    BreakGlass,
    BreakLocks,
    StopAutomation,
    AllowAutomation,
    ReadIncidents,
    HandleIncidents,
    CommandIncidents,
    InjectFaults,
    EditCatalogue,
    ReadAudit,
    ExportAudit,
    ManageAccounts,
    ManageTokens,
    ManageSettings,
}

/// <summary>The one table action × role. The README prints it; an access test walks every endpoint, page and hub method against it.</summary>
public static class Permissions
{
    public static readonly IReadOnlyDictionary<Permission, Role> Table = new Dictionary<Permission, Role>
    {
        [Permission.ReadSystems] = Role.Viewer,
        [Permission.ReadMetrics] = Role.Viewer,
        [Permission.ReadKpis] = Role.Viewer,
        [Permission.ReadAlerts] = Role.Viewer,
        [Permission.ReadLogs] = Role.Viewer,
        [Permission.ReadCollectors] = Role.Viewer,
        [Permission.ReadCatalogue] = Role.Viewer,
        [Permission.PinCharts] = Role.Viewer,
        [Permission.EnterFigures] = Role.Commander,
        [Permission.WriteSamples] = Role.Responder,
        [Permission.WriteLogs] = Role.Responder,
        [Permission.PauseCollectors] = Role.Responder,
        [Permission.AcknowledgeAlerts] = Role.Responder,
        [Permission.SilenceAlerts] = Role.Responder,
        [Permission.SendAlerts] = Role.Responder,
        [Permission.SendNotifications] = Role.Commander,
        [Permission.ReadOnCall] = Role.Viewer,
        [Permission.TakeShifts] = Role.Responder,
        [Permission.PlanShifts] = Role.Commander,
        [Permission.ReadRunbooks] = Role.Viewer,
        [Permission.RunRunbooks] = Role.Responder,
        [Permission.ApproveRuns] = Role.Commander,
        [Permission.BreakGlass] = Role.Commander,
        [Permission.BreakLocks] = Role.Commander,
        [Permission.StopAutomation] = Role.Responder,
        [Permission.AllowAutomation] = Role.Commander,
        [Permission.ReadIncidents] = Role.Viewer,
        [Permission.HandleIncidents] = Role.Responder,
        [Permission.CommandIncidents] = Role.Commander,
        [Permission.InjectFaults] = Role.Responder,
        [Permission.EditCatalogue] = Role.Admin,
        [Permission.ReadAudit] = Role.Commander,
        [Permission.ExportAudit] = Role.Admin,
        [Permission.ManageAccounts] = Role.Admin,
        [Permission.ManageTokens] = Role.Admin,
        [Permission.ManageSettings] = Role.Admin,
    };

    /// <summary>Whether the actor may do it to the system (null: to all of them). Deny by default.</summary>
    public static bool May(this Actor actor, Permission permission, string? systemId = null) =>
        Table.TryGetValue(permission, out var role) && actor.Has(role, systemId);

    /// <summary>Whether the actor may do it to at least one system: enough to open a page that then shows only those.</summary>
    public static bool MayAnywhere(this Actor actor, Permission permission) =>
        Table.TryGetValue(permission, out var role) && actor.Grants.Any(grant => grant.Role >= role);

    /// <summary>The one place where domain types refuse: who acts in a request or a circuit has the refusal audited here.</summary>
    /// <exception cref="AccessDeniedException">The actor may not.</exception>
    public static void Demand(this Actor actor, Permission permission, string? systemId = null)
    {
        if (actor.May(permission, systemId))
            return;
        actor.Refusals?.Note(actor, permission.ToString(), systemId);
        throw new AccessDeniedException(permission, systemId);
    }
}

/// <summary>The domain refused the actor. Endpoints answer 403 and pages say it.</summary>
/// <param name="message">Null: which role the permission takes.</param>
public sealed class AccessDeniedException(Permission permission, string? systemId, string? message = null)
    : Exception(message ?? $"{permission} needs the role {Permissions.Table[permission].ToString().ToLowerInvariant()}{(systemId is null ? " for all systems" : $" for {systemId}")}.")
{
    public Permission Permission { get; } = permission;
    public string? SystemId { get; } = systemId;
}
