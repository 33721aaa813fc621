using System.Data.Common;
using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using OpsDashboard.Audit;
using OpsDashboard.Storage;

namespace OpsDashboard.Access;

/// <summary>What came of an attempt. A failure never says whether the account exists, is locked or is disabled.</summary>
public abstract record SignInOutcome
{
    public sealed record Succeeded(ClaimsPrincipal Principal) : SignInOutcome;

    public sealed record Failed : SignInOutcome;

    public sealed record TooMany(TimeSpan RetryAfter) : SignInOutcome;
}

/// <summary>Signs people in by password or one-time link. Every attempt against an account is in the audit log.</summary>
public sealed class SignIn(
    IDbContextFactory<OpsContext> contexts, IAuditLog audit, IStrangerRefusals refusals,
    AccessOptions options, AttemptLimit attempts, AccessChangeNotice notice, TimeProvider clock)
{
    const int SqliteConstraint = 19;

    static readonly PasswordHasher<Account> Hasher = new();

    // Verified when there is no such account, so that the answer takes as long.
    static readonly string DecoyHash = Hasher.HashPassword(null!, Convert.ToHexString(RandomNumberGenerator.GetBytes(16)));

    public static string HashPassword(string password) => Hasher.HashPassword(null!, password);

    public async Task<SignInOutcome> WithPasswordAsync(string email, string password, string? address, CancellationToken stop)
    {
        if (attempts.Take(address) is { } wait)
            return Limited(wait, address);
        var began = clock.GetTimestamp();
        var outcome = await TryPasswordAsync(email, password, address, stop);
        // A failure against an account is written down, one against none is only counted: the difference must not be seen in the time.
        if (outcome is SignInOutcome.Failed && options.RefusalTime - clock.GetElapsedTime(began) is { Ticks: > 0 } left)
            await Task.Delay(left, clock, stop);
        return outcome;
    }

    async Task<SignInOutcome> TryPasswordAsync(string email, string password, string? address, CancellationToken stop)
    {
        if (email.Length > 254 || password.Length > PasswordRule.MaxLength)
            return Unknown(address);
        await using var context = contexts.CreateDbContext();
        var key = Account.KeyOf(email);
        var account = await context.Set<Account>().FirstOrDefaultAsync(one => one.EmailKey == key, stop);
        var isRight = Hasher.VerifyHashedPassword(null!, account?.PasswordHash ?? DecoyHash, password) != PasswordVerificationResult.Failed;
        if (account?.PasswordHash is null)
            return Unknown(address);
        if (account.IsDisabled)
            return await RefuseAsync(context, account, address, "disabled", stop);
        var source = await SignInSources.FindAsync(context, account.Id, address, clock.Now(), stop);
        if (SignInLock.LockedUntil(account, source, clock.Now()) is { } until)
            return await RefuseAsync(context, account, address, "locked", stop, until);
        if (isRight)
            return await SucceedAsync(context, account, source, address, "password", stop);
        SignInLock.Fail(account, source, options, clock.Now());
        // Attempts at the same moment collide here, whether or not the account's own figures change.
        context.Entry(account).State = EntityState.Modified;
        return await RefuseAsync(context, account, address, "wrong password", stop, SignInLock.LockedUntil(account, source, clock.Now()));
    }

    public async Task<SignInOutcome> WithLinkAsync(string code, string? address, CancellationToken stop)
    {
        if (attempts.Take(address) is { } wait)
            return Limited(wait, address);
        await using var context = contexts.CreateDbContext();
        var hash = Secret.Hash(code);
        var link = await context.Set<SignInLink>().FirstOrDefaultAsync(one => one.CodeHash == hash, stop);
        if (link is null || link.UsedAt is not null || link.ExpiresAt <= clock.GetUtcNow())
            return Unknown(address);
        var account = await context.Set<Account>().SingleAsync(one => one.Id == link.AccountId, stop);
        if (account.IsDisabled)
            return await RefuseAsync(context, account, address, "disabled", stop);
        link.UsedAt = clock.Now();
        try
        {
            var source = await SignInSources.FindAsync(context, account.Id, address, clock.Now(), stop);
            return await SucceedAsync(context, account, source, address, "one-time link", stop);
        }
        catch (DbUpdateException failure) when (IsCollision(failure))
        {
            return new SignInOutcome.Failed();
        }
    }

    /// <summary>Ends the sign-in behind a cookie, wherever copies of the cookie are, and audits it. Other sign-ins of the account stay.</summary>
    public async Task SignOutAsync(ClaimsPrincipal principal, Actor actor, CancellationToken stop)
    {
        if (actor.Kind != ActorKind.Person)
            return;
        await using var context = contexts.CreateDbContext();
        if (Guid.TryParse(principal.FindFirstValue(SignedIn.SessionClaim), out var session))
        {
            // A cookie that was not renewed for so long is void by itself.
            var longAgo = clock.Now() - options.SessionLength;
            context.RemoveRange(await context.Set<EndedSession>().Where(old => old.EndedAt < longAgo).ToListAsync(stop));
            context.Add(new EndedSession { Id = session, AccountId = Guid.Parse(actor.Id), EndedAt = clock.Now() });
        }
        await audit.CommitAsync(context, new(actor, "account.signed_out", $"account/{actor.Id}"), stop);
        notice.Raise(Guid.Parse(actor.Id));
    }

    async Task<SignInOutcome> SucceedAsync(OpsContext context, Account account, SignInSource source, string? address, string method, CancellationToken stop)
    {
        SignInLock.Succeed(account, source, clock.Now());
        var actor = ActorOf(account, address);
        await audit.CommitAsync(context, new(actor, "account.signed_in", SubjectOf(account), Particulars: new Dictionary<string, object?> { ["method"] = method }), stop);
        return new SignInOutcome.Succeeded(SignedIn.Principal(actor.Id, account.Stamp, account.Name, SignInCookie.SchemeName, clock.NewId()));
    }

    async Task<SignInOutcome> RefuseAsync(OpsContext context, Account account, string? address, string reason, CancellationToken stop, DateTimeOffset? lockedUntil = null)
    {
        var particulars = new Dictionary<string, object?> { ["reason"] = reason };
        if (lockedUntil is { } until)
            particulars["lockedUntil"] = until;
        try
        {
            await audit.CommitAsync(context, new(Actor.Stranger(address), "account.sign_in_failed", SubjectOf(account), AuditOutcome.Refused, particulars), stop);
        }
        catch (DbUpdateException failure) when (IsCollision(failure))
        {
            // Another attempt at the same moment was counted; this one is refused all the same and counted by its source.
            refusals.Count(address);
        }
        return new SignInOutcome.Failed();
    }

    // Another attempt changed the account meanwhile, or was the first from the same address.
    internal static bool IsCollision(DbUpdateException failure) =>
        failure is DbUpdateConcurrencyException || failure.InnerException is DbException { SqlState: "23505" } or SqliteException { SqliteErrorCode: SqliteConstraint };

    SignInOutcome.Failed Unknown(string? address)
    {
        refusals.Count(address);
        return new();
    }

    SignInOutcome.TooMany Limited(TimeSpan wait, string? address)
    {
        refusals.Count(address);
        return new(wait);
    }

    internal static string SubjectOf(Account account) => $"account/{account.Id}";

    internal static Actor ActorOf(Account account, string? address) => new(account.Id.ToString(), account.Name, ActorKind.Person, account.Grants, address);
}
