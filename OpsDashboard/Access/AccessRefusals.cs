using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using OpsDashboard.Audit;

namespace OpsDashboard.Access;

/// <summary>Audits refusals: one entry each for those who are signed in (up to a number a minute), counts for strangers.</summary>
public sealed class AccessRefusals(IAuditLog audit, IStrangerRefusals strangers, TimeProvider clock, ILogger<AccessRefusals> logger)
{
    readonly AttemptLimit limit = new(30, clock);

    public async Task WriteAsync(Actor actor, string permission, string? systemId, HttpRequest request)
    {
        if (actor.Kind == ActorKind.Stranger || limit.Take(actor.Id) is not null)
        {
            strangers.Count(actor.Kind == ActorKind.Stranger ? actor.Address : actor.Id);
            return;
        }
        try
        {
            var path = request.Path.ToString();
            await audit.AppendAsync(new(actor, "access.refused", systemId is null ? "dashboard" : $"system/{systemId}", AuditOutcome.Refused, new Dictionary<string, object?>
            {
                ["permission"] = permission,
                ["method"] = request.Method,
                ["path"] = path.Length > 500 ? path[..500] : path,
            }), request.HttpContext.RequestAborted);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
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
            await refusals.WriteAsync(await actors.ResolveAsync(context.User, address), string.Join(", ", needed), null, context.Request);
        }
        await inner.HandleAsync(next, context, policy, authorizeResult);
    }
}
