using Microsoft.EntityFrameworkCore;
using OpsDashboard.Audit;
using OpsDashboard.Storage;

namespace OpsDashboard.Access;

/// <param name="Id">Id of the account.</param>
public sealed record AccountName(string Id, string Name);

/// <summary>Who may be asked to do something: names of accounts, for those who may do it themselves. Thread-safe.</summary>
public sealed class People(OpsContextFactory contexts)
{
    /// <summary>People that may do it to the system, by name.</summary>
    /// <exception cref="AccessDeniedException">The actor may not do it himself.</exception>
    public async Task<IReadOnlyList<AccountName>> WhoMayAsync(Actor actor, Permission permission, string systemId, CancellationToken stop)
    {
        actor.Demand(permission, systemId);
        await using var context = contexts.CreateDbContext();
        var accounts = await context.Set<Account>().AsNoTracking().Where(account => !account.IsDisabled).ToListAsync(stop);
        return [.. accounts.Where(account => new Actor(account.Id.ToString(), account.Name, ActorKind.Person, account.Grants).May(permission, systemId)).OrderBy(account => account.Name, StringComparer.OrdinalIgnoreCase).Select(account => new AccountName(account.Id.ToString(), account.Name))];
    }
}
