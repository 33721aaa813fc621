using Microsoft.EntityFrameworkCore;
using OpsDashboard.Audit;
using OpsDashboard.Storage;

namespace OpsDashboard.Access;

/// <summary>Makes one-time links. The code is returned once and stored as a hash.</summary>
public sealed class SignInLinks(IDbContextFactory<OpsContext> contexts, IAuditLog audit, AccessOptions options, TimeProvider clock)
{
    /// <summary>The path and query that signs in once, to be put behind the address of the dashboard.</summary>
    public async Task<string> CreateAsync(Guid accountId, Actor by, CancellationToken stop)
    {
        if (by.Id != accountId.ToString())
            by.Demand(Permission.ManageAccounts);
        var code = Secret.New();
        await using var context = contexts.CreateDbContext();
        var link = new SignInLink { CodeHash = Secret.Hash(code), AccountId = accountId, ExpiresAt = clock.Now() + options.LinkLifetime };
        var longAgo = clock.Now() - TimeSpan.FromDays(30);
        context.RemoveRange(await context.Set<SignInLink>().Where(old => old.ExpiresAt < longAgo).ToListAsync(stop));
        context.Add(link);
        await audit.CommitAsync(context, new(by, "sign_in_link.created", $"account/{accountId}", Particulars: new Dictionary<string, object?> { ["expiresAt"] = link.ExpiresAt }), stop);
        return $"{SignInCookie.SignInPath}?code={code}";
    }
}
