using Microsoft.EntityFrameworkCore;
using OpsDashboard.Audit;
using OpsDashboard.Storage;

namespace OpsDashboard.Access;

/// <summary>A fresh database gets its first administrator.</summary>
public sealed class FirstStart(IDbContextFactory<OpsContext> contexts, IAuditLog audit, AccessOptions options, TimeProvider clock)
{
    const string DefaultEmail = "admin@localhost";

    /// <summary>Creates the first administrator where there is no account at all.</summary>
    public async Task EnsureAdministratorAsync(CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        if (await context.Set<Account>().AnyAsync(stop))
            return;
        var email = options.Bootstrap.Email ?? DefaultEmail;
        var account = new Account
        {
            Id = clock.NewId(),
            Email = email,
            EmailKey = Account.KeyOf(email),
            Name = email == DefaultEmail ? "Administrator" : email.Split('@')[0],
            PasswordHash = options.Bootstrap.Password is { } password ? SignIn.HashPassword(password) : null,
            Grants = [new(Role.Admin, null)],
            Stamp = Secret.New(),
            CreatedAt = clock.Now(),
        };
        context.Add(account);
        try
        {
            await audit.CommitAsync(context, new(Actor.Program, "account.created", SignIn.SubjectOf(account),
                Particulars: new Dictionary<string, object?> { ["grants"] = GrantText.Write(account.Grants), ["reason"] = "first start" }), stop);
        }
        catch (DbUpdateException) when (!stop.IsCancellationRequested)
        {
            // Two replicas started on one empty database: the other's account stands, or there is a real problem that this shows.
            await using var again = contexts.CreateDbContext();
            if (!await again.Set<Account>().AnyAsync(stop))
                throw;
        }
    }

    /// <summary>The account that a link without an e-mail is for: the first administrator of all systems that is not disabled.</summary>
    public async Task<Account?> FindAsync(string? email, CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        var accounts = context.Set<Account>().AsNoTracking().Where(account => !account.IsDisabled);
        if (email is not null)
        {
            var key = Account.KeyOf(email);
            return await accounts.FirstOrDefaultAsync(account => account.EmailKey == key, stop);
        }
        var all = await accounts.OrderBy(account => account.CreatedAt).ToListAsync(stop);
        return all.FirstOrDefault(account => account.Grants.Contains(new(Role.Admin, null)));
    }

    public async Task<bool> HasAnyoneSignedInAsync(CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        return await context.Set<Account>().AnyAsync(account => account.LastSignInAt != null, stop);
    }
}
