using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OpsDashboard.Audit;
using OpsDashboard.Storage;

namespace OpsDashboard.Access;

/// <summary>
/// Proves that the person sits there now, for what cannot be taken back: signed in within the last five minutes, or the password once more. Wrong
/// passwords count and lock as at the sign-in. Thread-safe.
/// </summary>
public sealed class FreshSignIn(IDbContextFactory<OpsContext> contexts, IAuditLog audit, AccessOptions options, AttemptLimit attempts, TimeProvider clock)
{
    public static readonly TimeSpan Holds = TimeSpan.FromMinutes(5);

    /// <summary>The field that a problem names.</summary>
    public const string Field = "password";

    static readonly PasswordHasher<Account> Hasher = new();

    /// <summary>Whether the sign-in itself is proof enough.</summary>
    public bool IsFresh(Actor actor) => actor is { Kind: ActorKind.Person, SignedInAt: { } at } && clock.GetUtcNow() - at <= Holds;

    /// <exception cref="InvalidInputException">It is not proved.</exception>
    public async Task DemandAsync(Actor actor, string? password, CancellationToken stop)
    {
        if (IsFresh(actor))
            return;
        if (password is not { Length: > 0 and <= PasswordRule.MaxLength })
            throw new InvalidInputException(Field, "is asked for once more: you signed in more than five minutes ago.");
        if (attempts.Take(actor.Address) is { } wait)
            throw new InvalidInputException(Field, $"was tried too often from your address: try again in {Math.Ceiling(wait.TotalSeconds)} s.");
        await using var context = contexts.CreateDbContext();
        var id = actor.Kind == ActorKind.Person && Guid.TryParse(actor.Id, out var parsed) ? parsed : Guid.Empty;
        var account = await context.Set<Account>().FirstOrDefaultAsync(one => one.Id == id, stop);
        if (account?.PasswordHash is not { } hash)
            throw new InvalidInputException(Field, "cannot prove it, your account has none: sign in anew with a one-time link.");
        var source = await SignInSources.FindAsync(context, account.Id, actor.Address, clock.Now(), stop);
        var isLocked = SignInLock.LockedUntil(account, source, clock.Now()) is not null;
        var isRight = Hasher.VerifyHashedPassword(null!, hash, password) != PasswordVerificationResult.Failed;
        if (isRight && !isLocked)
        {
            SignInLock.Succeed(account, source, clock.Now());
            await CommitAsync(context, account, new(actor, "account.sign_in_renewed", SignIn.SubjectOf(account)), stop);
            return;
        }
        if (!isLocked)
            SignInLock.Fail(account, source, options, clock.Now());
        await CommitAsync(context, account, new(actor, "account.sign_in_renewed", SignIn.SubjectOf(account), AuditOutcome.Refused, new Dictionary<string, object?> { ["reason"] = isLocked ? "locked" : "wrong password" }), stop);
        throw new InvalidInputException(Field, "is wrong, or the account is locked for a few minutes.");
    }

    // Attempts at the same moment collide, so that each is counted: only one of them goes on.
    async Task CommitAsync(OpsContext context, Account account, AuditRecord record, CancellationToken stop)
    {
        context.Entry(account).State = EntityState.Modified;
        try
        {
            await audit.CommitAsync(context, record, stop);
        }
        catch (DbUpdateException clash) when (SignIn.IsCollision(clash))
        {
            throw new InvalidInputException(Field, "was tried twice at once: try again.");
        }
    }
}
