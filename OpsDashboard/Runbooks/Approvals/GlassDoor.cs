using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Storage;

namespace OpsDashboard.Runbooks.Approvals;

/// <param name="Reason">Why there is nobody to ask, or no time.</param>
/// <param name="TypedName">The runbook's name, typed.</param>
/// <param name="Password">Where the sign-in is older than five minutes.</param>
public sealed record GlassRequest(string? Reason, string? TypedName, string? Password);

/// <summary>Lets a commander alone start what needs an approval: with a reason, the runbook's name typed, and a fresh sign-in. Thread-safe.</summary>
public sealed class GlassDoor(FreshSignIn fresh, TimeProvider clock)
{
    /// <exception cref="AccessDeniedException">Not a person, or the role is too low.</exception>
    /// <exception cref="InvalidInputException" />
    public async Task<BreakGlass> OpenAsync(Actor actor, Runbook runbook, GlassRequest request, CancellationToken stop)
    {
        actor.Demand(Permission.BreakGlass, runbook.SystemId);
        if (actor.Kind != ActorKind.Person)
        {
            actor.Refusals?.Note(actor, $"{Permission.BreakGlass} {runbook.Id}", runbook.SystemId);
            throw new AccessDeniedException(Permission.BreakGlass, runbook.SystemId, "Only a person breaks the glass.");
        }
        var reason = request.Reason?.ReplaceLineEndings(" ").Trim() ?? "";
        if (reason.Length is 0 or > Runs.MaxReason)
            throw new InvalidInputException("reason", $"has between 1 and {Runs.MaxReason} characters.");
        if (!string.Equals(request.TypedName?.Trim(), runbook.Name, StringComparison.OrdinalIgnoreCase))
            throw new InvalidInputException("typedName", $"is the runbook's name to be typed: {runbook.Name}.");
        // Last: a password is asked of nobody whose request fails anyway.
        await fresh.DemandAsync(actor, request.Password, stop);
        return new(reason, clock.Now(), clock.Now() + BreakGlass.ReviewWithin);
    }
}
