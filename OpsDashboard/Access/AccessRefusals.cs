using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using OpsDashboard.Audit;

namespace OpsDashboard.Access;

/// <summary>
/// Audits refusals. Of those who are signed in: one entry for each permission and system in a minute (up to a number for one actor), what is repeated
/// is counted; of strangers counts alone.
/// </summary>
sealed class AccessRefusals(IAuditLog audit, IStrangerRefusals counted, IHttpContextAccessor accessor, TimeProvider clock, ILogger<AccessRefusals> logger) : IRefusals
{
    const int MostEntries = 30;

    readonly AttemptLimit repeats = new(1, clock), entries = new(MostEntries, clock);
    readonly Lock gate = new();
    Task written = Task.CompletedTask;

    /// <summary>Completes when everything noted so far is in the log.</summary>
    public Task Written
    {
        get
        {
            lock (gate)
                return written;
        }
    }

    public void Note(Actor actor, string permission, string? systemId)
    {
        if (actor.Kind == ActorKind.Stranger)
        {
            counted.Count(actor.Address);
            return;
        }
        if (repeats.Take($"{actor.Id} {permission} {systemId}") is not null || entries.Take(actor.Id) is not null)
        {
            counted.Count(actor.Id);
            return;
        }
        var record = Record(actor, permission, systemId);
        lock (gate)
            written = WriteAsync(written, record);
    }

    AuditRecord Record(Actor actor, string permission, string? systemId)
    {
        var particulars = new Dictionary<string, object?> { ["permission"] = permission };
        // In a circuit there is no request of the action's own.
        if (accessor.HttpContext is { WebSockets.IsWebSocketRequest: false, Request: var request })
        {
            var path = request.Path.ToString();
            particulars["method"] = request.Method;
            particulars["path"] = path.Length > 500 ? path[..500] : path;
        }
        return new(actor, "access.refused", systemId is null ? "dashboard" : $"system/{systemId}", AuditOutcome.Refused, particulars);
    }

    async Task WriteAsync(Task before, AuditRecord record)
    {
        await before;
        try
        {
            await audit.AppendAsync(record, CancellationToken.None);
        }
        catch (Exception failure)
        {
            // The refusal stands without its entry: refusing needs no database.
            logger.LogWarning(failure, "A refusal could not be written to the audit log");
        }
    }
}

/// <summary>The door's answer, audited when it is no.</summary>
sealed class AuditedDoor(AccessRefusals refusals, IActors actors, IStrangerRefusals strangers) : IAuthorizationMiddlewareResultHandler
{
    readonly AuthorizationMiddlewareResultHandler inner = new();

    public async Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        var address = context.Connection.RemoteIpAddress?.ToString();
        if (authorizeResult.Challenged)
            strangers.Count(address);
        if (authorizeResult.Forbidden)
        {
            var needed = policy.Requirements.OfType<PermissionRequirement>().Select(requirement => requirement.Permission.ToString());
            refusals.Note(await actors.ResolveAsync(context.User, address), string.Join(", ", needed), null);
            await refusals.Written;
        }
        await inner.HandleAsync(next, context, policy, authorizeResult);
    }
}
