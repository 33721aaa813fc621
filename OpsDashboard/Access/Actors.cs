using System.Collections.Concurrent;
using System.Data.Common;
using System.Security.Claims;
using Microsoft.EntityFrameworkCore;
using OpsDashboard.Audit;
using OpsDashboard.Storage;

namespace OpsDashboard.Access;

/// <summary>Turns a signed-in principal into an actor with the grants of now. Thread-safe.</summary>
public interface IActors
{
    /// <summary>A stranger where the sign-in, account or token no longer holds.</summary>
    ValueTask<Actor> ResolveAsync(ClaimsPrincipal principal, string? address = null);

    /// <summary>Whether what the principal signed in with still holds. False: end its circuits and connections.</summary>
    ValueTask<bool> IsCurrentAsync(ClaimsPrincipal principal);
}

sealed class Actors(IDbContextFactory<OpsContext> contexts, AccessOptions options, TimeProvider clock, ILogger<Actors> logger, IRefusals? refusals = null) : IActors
{
    public const string BootstrapTokenId = "bootstrap-token";

    // A change made by another replica is noticed after this long; our own changes are forgotten at once.
    static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    // While the database is away nothing can be revoked either, so what was known stays true; not for ever.
    static readonly TimeSpan StaleAtMost = TimeSpan.FromMinutes(10);
    const int MaxKnown = 10_000;

    static readonly Actor Bootstrap = new(BootstrapTokenId, "Bootstrap token", ActorKind.Token, [new(Role.Admin, null)]);

    readonly ConcurrentDictionary<string, Known> known = new();
    int changes;

    public async ValueTask<Actor> ResolveAsync(ClaimsPrincipal principal, string? address = null) =>
        await FindAsync(principal) is { } actor ? actor with { Address = address, Refusals = refusals, SignedInAt = actor.Kind == ActorKind.Person ? SignedIn.At(principal) : null } : Actor.Stranger(address) with { Refusals = refusals };

    public async ValueTask<bool> IsCurrentAsync(ClaimsPrincipal principal) => await FindAsync(principal) is not null;

    /// <summary>Forgets the actor, and reads anew everyone else when asked: a token may no more than its creator.</summary>
    public void Forget(string actorId)
    {
        Interlocked.Increment(ref changes);
        known.TryRemove(actorId, out _);
    }

    async ValueTask<Actor?> FindAsync(ClaimsPrincipal principal)
    {
        if (principal.Identity?.IsAuthenticated != true || principal.FindFirstValue(ClaimTypes.NameIdentifier) is not { } id)
            return null;
        var found = await KnownAsync(id);
        if (found.Ended is { Count: > 0 } ended && ended.Contains(principal.FindFirstValue(SignedIn.SessionClaim) ?? ""))
            return null;
        return found.Actor is not null && found.Stamp == principal.FindFirstValue(SignedIn.StampClaim) && !(found.ExpiresAt <= clock.GetUtcNow()) ? found.Actor : null;
    }

    async ValueTask<Known> KnownAsync(string id)
    {
        if (id == BootstrapTokenId)
            // Taken out of the configuration, it ends, and what was made with it.
            return new(options.Bootstrap.ApiToken is null ? null : Bootstrap, BootstrapTokenId, null, 0, 0);
        var isKnown = known.TryGetValue(id, out var before);
        if (isKnown && before.Changes == Volatile.Read(ref changes) && clock.GetElapsedTime(before.ReadAt) < Fresh)
            return before;
        try
        {
            var now = await ReadAsync(id);
            if (known.Count >= MaxKnown)
                known.Clear();
            return known[id] = now;
        }
        catch (Exception failure) when (failure is DbException or InvalidOperationException { InnerException: DbException } && isKnown && clock.GetElapsedTime(before.ReadAt) < StaleAtMost)
        {
            logger.LogDebug(failure, "Grants of {Actor} could not be read; what was known is used", id);
            return before;
        }
    }

    async Task<Known> ReadAsync(string id)
    {
        // Taken before reading: a change meanwhile makes what was read old.
        var (readAt, readFor) = (clock.GetTimestamp(), Volatile.Read(ref changes));
        if (!Guid.TryParse(id, out var key))
            return new(null, "", null, readAt, readFor);
        await using var context = contexts.CreateDbContext();
        if (await context.Set<Account>().AsNoTracking().FirstOrDefaultAsync(account => account.Id == key) is { } account)
            return new(account.IsDisabled ? null : new(id, account.Name, ActorKind.Person, account.Grants), account.Stamp, null, readAt, readFor, await EndedAsync(context, key));
        if (await context.Set<ApiToken>().AsNoTracking().FirstOrDefaultAsync(token => token.Id == key) is not { RevokedAt: null } token)
            return new(null, "", null, readAt, readFor);
        // The chain of creators is finite: a token's creator existed before it.
        var creator = await KnownAsync(token.CreatedBy);
        return new(creator.Actor is null ? null : new(id, token.Name, ActorKind.Token, GrantText.Within(token.Grants, creator.Actor.Grants)) { OwnerId = creator.Actor.Kind == ActorKind.Person ? creator.Actor.Id : creator.Actor.OwnerId }, id, token.ExpiresAt, readAt, readFor);
    }

    async Task<HashSet<string>> EndedAsync(OpsContext context, Guid accountId)
    {
        var since = clock.GetUtcNow() - options.SessionLength;
        return [.. (await context.Set<EndedSession>().Where(session => session.AccountId == accountId && session.EndedAt >= since).Select(session => session.Id).ToListAsync()).Select(id => $"{id}")];
    }

    readonly record struct Known(Actor? Actor, string Stamp, DateTimeOffset? ExpiresAt, long ReadAt, int Changes, IReadOnlySet<string>? Ended = null);
}
