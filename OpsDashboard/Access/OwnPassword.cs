using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OpsDashboard.Audit;
using OpsDashboard.Storage;

namespace OpsDashboard.Access;

/// <summary>Changes the password of whoever is signed in. Every other sign-in of the account ends, and its one-time links. Thread-safe.</summary>
sealed class OwnPassword(IDbContextFactory<OpsContext> contexts, IAuditLog audit, AccessChangeNotice notice, AttemptLimit attempts)
{
    static readonly PasswordHasher<Account> Hasher = new();

    /// <returns>The principal with which this one sign-in goes on.</returns>
    /// <exception cref="InvalidInputException">The old password is wrong, or the new one cannot be accepted; <c>old</c> and <c>new</c> are the fields.</exception>
    /// <exception cref="NotFoundException">The actor is no person with an account.</exception>
    public async Task<ClaimsPrincipal> ChangeAsync(Actor by, string oldPassword, string newPassword, CancellationToken stop)
    {
        if (attempts.Take(by.Address) is { } wait)
            throw new InvalidInputException("attempts", $"too many attempts from your address: try again in {Math.Ceiling(wait.TotalSeconds)} s.");
        await using var context = contexts.CreateDbContext();
        var id = by.Kind == ActorKind.Person && Guid.TryParse(by.Id, out var parsed) ? parsed : Guid.Empty;
        var account = await context.Set<Account>().SingleOrDefaultAsync(one => one.Id == id, stop) ?? throw new NotFoundException("account of yours");
        if (oldPassword.Length > PasswordRule.MaxLength || (account.PasswordHash is { } hash && Hasher.VerifyHashedPassword(null!, hash, oldPassword) == PasswordVerificationResult.Failed))
        {
            await audit.AppendAsync(new(by, "account.password_changed", SignIn.SubjectOf(account), AuditOutcome.Refused, new Dictionary<string, object?> { ["reason"] = "wrong password" }), stop);
            throw new InvalidInputException("old", "this is not your password.");
        }
        if (PasswordRule.Problem(newPassword) is { } problem)
            throw new InvalidInputException("new", problem);
        if (newPassword == oldPassword)
            throw new InvalidInputException("new", "this is the password that you have.");
        account.PasswordHash = SignIn.HashPassword(newPassword);
        account.Stamp = Secret.New();
        await Accounts.RemoveLinksAsync(context, account, stop);
        await SignInSources.UnlockAsync(context, account.Id, stop);
        try
        {
            await audit.CommitAsync(context, new(by, "account.password_changed", SignIn.SubjectOf(account)), stop);
        }
        catch (DbUpdateConcurrencyException)
        {
            throw new StaleVersionException(account.Version - 1, account.Version);
        }
        notice.Raise(account.Id);
        return SignedIn.Principal(by.Id, account.Stamp, account.Name, SignInCookie.SchemeName, Guid.NewGuid());
    }
}
