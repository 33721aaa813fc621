using Microsoft.EntityFrameworkCore;
using OpsDashboard.Audit;
using OpsDashboard.Storage;

namespace OpsDashboard.Access;

/// <summary>Makes one-time links. The code is returned once and stored as a hash.</summary>
public sealed class SignInLinks(IDbContextFactory<OpsContext> contexts, IAuditLog audit, AccessOptions options, TimeProvider clock)
{
    /// <summary>The path and query that signs in once, to be put behind the address of the dashboard.</summary>
    /// <exception cref="NotFoundException" />
    /// <exception cref="InvalidInputException">A token asks for an account that somebody has used.</exception>
    public async Task<string> CreateAsync(Guid accountId, Actor by, CancellationToken stop)
    {
        if (by.Id != accountId.ToString())
            by.Demand(Permission.ManageAccounts);
        await using var context = contexts.CreateDbContext();
        var account = await context.Set<Account>().AsNoTracking().FirstOrDefaultAsync(one => one.Id == accountId, stop) ?? throw new NotFoundException($"account {accountId}");
        if (AccountRules.TakeOver(by, account) is { } takeOver)
            throw new InvalidInputException("id", takeOver);
        var code = Secret.New();
        var link = new SignInLink { CodeHash = Secret.Hash(code), AccountId = accountId, ExpiresAt = clock.Now() + options.LinkLifetime };
        var longAgo = clock.Now() - TimeSpan.FromDays(30);
        context.RemoveRange(await context.Set<SignInLink>().Where(old => old.ExpiresAt < longAgo).ToListAsync(stop));
        context.Add(link);
        await audit.CommitAsync(context, new(by, "sign_in_link.created", $"account/{accountId}", Particulars: new Dictionary<string, object?> { ["expiresAt"] = link.ExpiresAt }), stop);
        return $"{SignInCookie.SignInPath}?code={code}";
    }
}
