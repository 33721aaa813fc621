using Microsoft.EntityFrameworkCore;
using OpsDashboard.Audit;
using OpsDashboard.Storage;

namespace OpsDashboard.Access;

/// <param name="Password">Null: the person signs in with one-time links.</param>
public sealed record NewAccount(string? Email, string? Name, IReadOnlyList<Grant>? Grants, string? Password = null);

/// <summary>What is null stays as it is.</summary>
public sealed record AccountChange(string? Name = null, IReadOnlyList<Grant>? Grants = null, bool? IsDisabled = null, string? Password = null);

/// <summary>Accounts and what they may. Every change is authorized here, audited in the same transaction, and ends what was signed in with the old state.</summary>
public sealed class Accounts(IDbContextFactory<OpsContext> contexts, IAuditLog audit, AccessChangeNotice notice, TimeProvider clock)
{
    public async Task<IReadOnlyList<Account>> ListAsync(Actor by, CancellationToken stop)
    {
        by.Demand(Permission.ManageAccounts);
        await using var context = contexts.CreateDbContext();
        return await context.Set<Account>().AsNoTracking().OrderByDescending(account => account.Id).ToListAsync(stop);
    }

    /// <exception cref="NotFoundException" />
    public async Task<Account> GetAsync(Actor by, Guid id, CancellationToken stop)
    {
        by.Demand(Permission.ManageAccounts);
        await using var context = contexts.CreateDbContext();
        return await context.Set<Account>().AsNoTracking().FirstOrDefaultAsync(account => account.Id == id, stop) ?? throw new NotFoundException($"account {id}");
    }

    /// <exception cref="InvalidInputException" />
    public async Task<Account> CreateAsync(Actor by, NewAccount input, CancellationToken stop)
    {
        by.Demand(Permission.ManageAccounts);
        var email = input.Email?.Trim() ?? "";
        InvalidInputException.ThrowIfAny([.. AccountRules.Check(by, email, input)]);
        await using var context = contexts.CreateDbContext();
        var key = Account.KeyOf(email);
        if (await context.Set<Account>().AnyAsync(one => one.EmailKey == key, stop))
            throw new InvalidInputException("email", "has an account already.");
        var account = new Account
        {
            Id = clock.NewId(),
            Email = email,
            EmailKey = key,
            Name = string.IsNullOrWhiteSpace(input.Name) ? email.Split('@')[0] : input.Name.Trim(),
            PasswordHash = input.Password is { } password ? SignIn.HashPassword(password) : null,
            Grants = input.Grants ?? [],
            Stamp = Secret.New(),
            CreatedAt = clock.Now(),
        };
        context.Add(account);
        await audit.CommitAsync(context, new(by, "account.created", SignIn.SubjectOf(account), Particulars: new Dictionary<string, object?>
        {
            ["email"] = account.Email,
            ["name"] = account.Name,
            ["grants"] = GrantText.Write(account.Grants),
            ["hasPassword"] = account.PasswordHash is not null,
        }), stop);
        return account;
    }

    /// <summary>Changes grants, name, password or whether it is disabled. Whatever is signed in with the account ends within seconds, except after a change of name.</summary>
    /// <exception cref="InvalidInputException" />
    /// <exception cref="StaleVersionException" />
    public async Task<Account> ChangeAsync(Actor by, Guid id, int version, AccountChange change, CancellationToken stop)
    {
        by.Demand(Permission.ManageAccounts);
        await using var context = contexts.CreateDbContext();
        var account = await context.Set<Account>().FirstOrDefaultAsync(one => one.Id == id, stop) ?? throw new NotFoundException($"account {id}");
        if (account.Version != version)
            throw new StaleVersionException(version, account.Version);
        var problems = AccountRules.Check(by, account, change).ToList();
        if (await TakesTheLastAdministratorAsync(context, account, change, stop))
            problems.Add(new(change.IsDisabled == true ? "isDisabled" : "grants", "this is the last administrator of all systems: appoint another first."));
        InvalidInputException.ThrowIfAny(problems);
        var particulars = AccountRules.Apply(account, change);
        var ends = change.Grants is not null || change.Password is not null || change.IsDisabled is not null;
        if (ends)
            account.Stamp = Secret.New();
        if (change.Password is not null || change.IsDisabled is not null)
        {
            await RemoveLinksAsync(context, account, stop);
            await SignInSources.UnlockAsync(context, account.Id, stop);
        }
        await SaveAsync(context, account, new(by, "account.changed", SignIn.SubjectOf(account), Particulars: particulars), stop);
        if (ends)
            notice.Raise(account.Id);
        return account;
    }

    /// <summary>Ends every sign-in of the account, on all devices, and its one-time links.</summary>
    public async Task SignOutEverywhereAsync(Actor by, Guid id, CancellationToken stop)
    {
        if (by.Id != id.ToString())
            by.Demand(Permission.ManageAccounts);
        await using var context = contexts.CreateDbContext();
        var account = await context.Set<Account>().FirstOrDefaultAsync(one => one.Id == id, stop) ?? throw new NotFoundException($"account {id}");
        account.Stamp = Secret.New();
        await RemoveLinksAsync(context, account, stop);
        await SaveAsync(context, account, new(by, "account.signed_out_everywhere", SignIn.SubjectOf(account)), stop);
        notice.Raise(account.Id);
    }

    // A link that somebody else may hold must not outlive what it would bring back.
    internal static async Task RemoveLinksAsync(OpsContext context, Account account, CancellationToken stop) =>
        context.RemoveRange(await context.Set<SignInLink>().Where(link => link.AccountId == account.Id && link.UsedAt == null).ToListAsync(stop));

    async Task SaveAsync(OpsContext context, Account account, AuditRecord record, CancellationToken stop)
    {
        try
        {
            await audit.CommitAsync(context, record, stop);
        }
        catch (DbUpdateConcurrencyException)
        {
            throw new StaleVersionException(account.Version - 1, account.Version);
        }
    }

    static async Task<bool> TakesTheLastAdministratorAsync(OpsContext context, Account account, AccountChange change, CancellationToken stop)
    {
        var administrator = new Grant(Role.Admin, null);
        var stays = change.IsDisabled != true && (change.Grants ?? account.Grants).Contains(administrator);
        if (stays || account.IsDisabled || !account.Grants.Contains(administrator))
            return false;
        var others = await context.Set<Account>().AsNoTracking().Where(one => one.Id != account.Id && !one.IsDisabled).Select(one => one.Grants).ToListAsync(stop);
        return !others.Any(grants => grants.Contains(administrator));
    }
}

/// <summary>Forgets and announces an actor whose access changed; a type of its own so that domain types need not know who listens.</summary>
public sealed class AccessChangeNotice
{
    readonly AccessChanges changes;

    internal AccessChangeNotice(AccessChanges changes) => this.changes = changes;

    public void Raise(Guid actorId) => changes.Raise(actorId.ToString());
}
