using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Http;

namespace OpsDashboard.Shell.AccountPages;

/// <param name="SystemId">Null: all systems.</param>
public sealed record GrantInput(Role? Role = null, string? SystemId = null);

public sealed record AccountInput(string? Email = null, string? Name = null, IReadOnlyList<GrantInput>? Grants = null, string? Password = null);

public sealed record AccountChangeInput(string? Name = null, IReadOnlyList<GrantInput>? Grants = null, bool? IsDisabled = null, string? Password = null);

public sealed record AccountView(Guid Id, string Email, string Name, IReadOnlyList<Grant> Grants, bool HasPassword, bool IsDisabled, DateTimeOffset? LockedUntil, DateTimeOffset CreatedAt, DateTimeOffset? LastSignInAt, int Version)
{
    public static AccountView Of(Account account) =>
        new(account.Id, account.Email, account.Name, account.Grants, account.PasswordHash is not null, account.IsDisabled, account.LockedUntil, account.CreatedAt, account.LastSignInAt, account.Version);
}

static class AccountEndpoints
{
    public static void MapAccounts(this WebApplication app)
    {
        app.MapGet("/api/me", MeAsync).RequirePermission(Permission.ReadSystems).WithTags("accounts").WithSummary("Who you are and what you may.");
        var accounts = app.MapGroup("/api/accounts").WithTags("accounts").RequirePermission(Permission.ManageAccounts);
        accounts.MapGet("", ListAsync).WithSummary("All accounts, newest first.");
        accounts.MapGet("/{id:guid}", ReadAsync).WithSummary("One account; its version is the ETag.");
        accounts.MapPost("", CreateAsync).LimitPerMinute(60).WithSummary("Creates an account.");
        accounts.MapPatch("/{id:guid}", ChangeAsync).LimitPerMinute(60).WithSummary("Changes name, grants, password or isDisabled; needs If-Match.");
        accounts.MapPost("/{id:guid}/disable", (HttpContext context, ICurrentActor current, Accounts all, Guid id, CancellationToken stop) => ChangeAsync(context, current, all, id, new(IsDisabled: true), stop))
            .WithSummary("Ends every sign-in of the account and refuses new ones; needs If-Match.");
        accounts.MapPost("/{id:guid}/enable", (HttpContext context, ICurrentActor current, Accounts all, Guid id, CancellationToken stop) => ChangeAsync(context, current, all, id, new(IsDisabled: false), stop))
            .WithSummary("Lets a disabled account sign in again; needs If-Match.");
        accounts.MapPost("/{id:guid}/sign-out", SignOutAsync).WithSummary("Ends every sign-in of the account.");
        accounts.MapPost("/{id:guid}/sign-in-link", LinkAsync).LimitPerMinute(20).WithMetadata(new SecretAnswer()).WithSummary("A new one-time link; it is shown only now.");
    }

    internal static IReadOnlyList<Grant>? Grants(IReadOnlyList<GrantInput>? grants)
    {
        if (grants?.Any(grant => grant?.Role is null) == true)
            throw new InvalidInputException("grants", "each grant names a role: viewer, responder, commander or admin.");
        return grants is null ? null : [.. grants.Select(grant => new Grant(grant.Role!.Value, grant.SystemId))];
    }

    static async Task<object> MeAsync(ICurrentActor current)
    {
        var actor = await current.GetAsync();
        return new { actor.Id, actor.Name, actor.Kind, actor.Grants, permissions = Permissions.Table.Keys.Where(permission => actor.MayAnywhere(permission)) };
    }

    static async Task<Page<AccountView>> ListAsync(ICurrentActor current, Accounts accounts, PageRequest page, CancellationToken stop) =>
        page.Of((await accounts.ListAsync(await current.GetAsync(), stop)).Select(AccountView.Of), account => $"{account.Id}");

    static async Task<IResult> ReadAsync(HttpContext context, ICurrentActor current, Accounts accounts, Guid id, CancellationToken stop)
    {
        var account = await accounts.GetAsync(await current.GetAsync(), id, stop);
        return Versions.Ok(context, AccountView.Of(account), account.Version);
    }

    static async Task<IResult> CreateAsync(HttpContext context, ICurrentActor current, Accounts accounts, AccountInput input, CancellationToken stop)
    {
        var account = await accounts.CreateAsync(await current.GetAsync(), new(input.Email, input.Name, Grants(input.Grants), input.Password), stop);
        context.Response.Headers.ETag = $"\"{account.Version}\"";
        return Results.Created($"{context.Request.PathBase}/api/accounts/{account.Id}", AccountView.Of(account));
    }

    static async Task<IResult> ChangeAsync(HttpContext context, ICurrentActor current, Accounts accounts, Guid id, AccountChangeInput input, CancellationToken stop)
    {
        var actor = await current.GetAsync();
        var change = new AccountChange(input.Name, Grants(input.Grants), input.IsDisabled, input.Password);
        return await Versions.ChangeAsync(context,
            async version => await accounts.ChangeAsync(actor, id, version, change, stop) is var changed ? (AccountView.Of(changed), changed.Version) : default,
            async () => await accounts.GetAsync(actor, id, stop) is var now ? (AccountView.Of(now), now.Version) : default);
    }

    static async Task<IResult> SignOutAsync(ICurrentActor current, Accounts accounts, Guid id, CancellationToken stop)
    {
        await accounts.SignOutEverywhereAsync(await current.GetAsync(), id, stop);
        return Results.NoContent();
    }

    static async Task<object> LinkAsync(HttpContext context, ICurrentActor current, Accounts accounts, SignInLinks links, Guid id, CancellationToken stop)
    {
        var actor = await current.GetAsync();
        var account = await accounts.GetAsync(actor, id, stop);
        var request = context.Request;
        return new { link = $"{request.Scheme}://{request.Host}{request.PathBase}{await links.CreateAsync(account.Id, actor, stop)}" };
    }
}
