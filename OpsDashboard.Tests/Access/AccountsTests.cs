using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Storage;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Access;

public abstract class AccountsTests(StorageProvider provider)
{
    static readonly Grant Everything = new(Role.Admin, null);

    protected async Task Create_IsAudited_AndKeepsNoPassword_Core()
    {
        await using var access = await AccessSetup.CreateAsync(provider);
        var account = await access.CreateAsync("Ana@Example.org ", new Grant(Role.Responder, "liap-tui"));
        var stored = await access.ReadAsync(account.Id);
        Assert.Equal([new Grant(Role.Responder, "liap-tui")], stored.Grants);
        Assert.DoesNotContain(AccessSetup.Password, stored.PasswordHash!, StringComparison.Ordinal);
        var line = Assert.Single(await access.Audit.Reader.FindAsync(new(), null, 10, CancellationToken.None));
        Assert.Equal(("account.created", $"account/{account.Id}"), (line.Entry.Action, line.Entry.Subject));
        Assert.DoesNotContain(AccessSetup.Password, line.Particulars!.Text, StringComparison.Ordinal);
    }

    protected async Task Create_BadInput_NamesEveryProblemAtOnce_Core()
    {
        await using var access = await AccessSetup.CreateAsync(provider);
        var viewer = new Actor("v", "v", ActorKind.Person, [new(Role.Admin, null)]);
        var invalid = await Assert.ThrowsAsync<InvalidInputException>(() => access.Accounts.CreateAsync(viewer, new("nobody", "a\nb", [new(Role.Viewer, "No Such")], "short"), CancellationToken.None));
        Assert.Equal(["email", "name", "grants", "password"], invalid.Problems.Select(problem => problem.Field));
        await access.CreateAsync("ana@example.org");
        var twice = await Assert.ThrowsAsync<InvalidInputException>(() => access.CreateAsync("ANA@example.org"));
        Assert.Equal("email", Assert.Single(twice.Problems).Field);
    }

    protected async Task Change_ByTheWrongRole_IsRefused_Core()
    {
        await using var access = await AccessSetup.CreateAsync(provider);
        var ana = await access.CreateAsync("ana@example.org", Everything);
        foreach (var grant in (Grant[])[new(Role.Viewer, null), new(Role.Commander, null), new(Role.Admin, "liap-tui")])
        {
            var actor = new Actor("other", "other", ActorKind.Person, [grant]);
            await Assert.ThrowsAsync<AccessDeniedException>(() => access.Accounts.ChangeAsync(actor, ana.Id, 1, new(IsDisabled: true), CancellationToken.None));
            await Assert.ThrowsAsync<AccessDeniedException>(() => access.Accounts.ListAsync(actor, CancellationToken.None));
            await Assert.ThrowsAsync<AccessDeniedException>(() => access.Tokens.CreateAsync(actor, new("t", [grant]), CancellationToken.None));
        }
        Assert.False((await access.ReadAsync(ana.Id)).IsDisabled);
    }

    protected async Task Token_MakesNothingThatSignsInAsAPersonWhoWasHere_Core()
    {
        await using var access = await AccessSetup.CreateAsync(provider);
        var token = new Actor("token-1", "automation", ActorKind.Token, [Everything]);
        var ana = await access.CreateAsync("ana@example.org");
        await access.Links.CreateAsync(ana.Id, token, CancellationToken.None);
        await access.SignedInAsync(ana);
        await Assert.ThrowsAsync<InvalidInputException>(() => access.Links.CreateAsync(ana.Id, token, CancellationToken.None));
        var version = (await access.ReadAsync(ana.Id)).Version;
        var refused = await Assert.ThrowsAsync<InvalidInputException>(() => access.Accounts.ChangeAsync(token, ana.Id, version, new(Password: "another good password"), CancellationToken.None));
        Assert.Equal("password", Assert.Single(refused.Problems).Field);
        await access.Accounts.ChangeAsync(token, ana.Id, version, new(IsDisabled: true), CancellationToken.None);
        await access.Links.CreateAsync(ana.Id, Actor.Program, CancellationToken.None);
    }

    protected async Task Change_Stale_IsRefused_AndOfTwoAtOnceOneWins_Core()
    {
        await using var access = await AccessSetup.CreateAsync(provider);
        var ana = await access.CreateAsync("ana@example.org");
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 5).Select(async number =>
        {
            try
            {
                await access.Accounts.ChangeAsync(Actor.Program, ana.Id, 1, new(Name: $"Ana {number}"), CancellationToken.None);
                return true;
            }
            catch (StaleVersionException)
            {
                return false;
            }
        }));
        Assert.Equal(1, outcomes.Count(won => won));
        Assert.Equal(2, (await access.ReadAsync(ana.Id)).Version);
        Assert.Equal(1, (await access.ActionsAsync()).Count(action => action == "account.changed"));
    }

    protected async Task LastAdministrator_CannotBeTakenAway_Core()
    {
        await using var access = await AccessSetup.CreateAsync(provider);
        var ana = await access.CreateAsync("ana@example.org", Everything);
        await Assert.ThrowsAsync<InvalidInputException>(() => access.Accounts.ChangeAsync(Actor.Program, ana.Id, 1, new(Grants: [new(Role.Viewer, null)]), CancellationToken.None));
        await Assert.ThrowsAsync<InvalidInputException>(() => access.Accounts.ChangeAsync(Actor.Program, ana.Id, 1, new(IsDisabled: true), CancellationToken.None));
        await access.CreateAsync("ben@example.org", Everything);
        await access.Accounts.ChangeAsync(Actor.Program, ana.Id, 1, new(IsDisabled: true), CancellationToken.None);
    }

    protected async Task ChangedAccess_EndsWhatIsSignedIn_Core(AccountChange change)
    {
        await using var access = await AccessSetup.CreateAsync(provider);
        await access.CreateAsync("root@example.org", Everything);
        var ana = await access.CreateAsync("ana@example.org", Everything);
        var principal = await access.SignedInAsync(ana);
        Assert.True(await access.Actors.IsCurrentAsync(principal));
        var told = new List<string>();
        access.Changes.Changed += told.Add;

        await access.Accounts.ChangeAsync(Actor.Program, ana.Id, (await access.ReadAsync(ana.Id)).Version, change, CancellationToken.None);

        Assert.False(await access.Actors.IsCurrentAsync(principal));
        Assert.Equal(ActorKind.Stranger, (await access.Actors.ResolveAsync(principal)).Kind);
        Assert.Equal([ana.Id.ToString()], told);
    }

    protected async Task ChangeByAnotherReplica_IsNoticedWithinSeconds_Core()
    {
        await using var access = await AccessSetup.CreateAsync(provider);
        var ana = await access.CreateAsync("ana@example.org", Everything);
        var principal = await access.SignedInAsync(ana);
        Assert.True(await access.Actors.IsCurrentAsync(principal));
        await access.Audit.Database.ExecuteAsync("UPDATE account SET stamp = 'other'");
        access.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.False(await access.Actors.IsCurrentAsync(principal));
    }

    protected async Task Token_NeverMayMoreThanItsCreatorNow_Core()
    {
        await using var access = await AccessSetup.CreateAsync(provider);
        await access.CreateAsync("root@example.org", Everything);
        var ana = await access.CreateAsync("ana@example.org", Everything);
        var actor = AccessSetup.ActorOf(ana);
        var (token, secret) = await access.Tokens.CreateAsync(actor, new("ci", [new(Role.Admin, null)]), CancellationToken.None);
        Assert.DoesNotContain(secret, await DumpAsync(access), StringComparison.Ordinal);
        var principal = SignedIn.Principal(token.Id.ToString(), token.Id.ToString(), token.Name, "Bearer");
        Assert.True((await access.Actors.ResolveAsync(principal)).May(Permission.ManageAccounts));

        await access.Accounts.ChangeAsync(Actor.Program, ana.Id, 1, new(Grants: [new(Role.Responder, "liap-tui")]), CancellationToken.None);
        access.Clock.Advance(TimeSpan.FromSeconds(2));
        var now = await access.Actors.ResolveAsync(principal);
        Assert.False(now.May(Permission.ManageAccounts));
        Assert.True(now.May(Permission.PauseCollectors, "liap-tui"));

        await access.Accounts.ChangeAsync(Actor.Program, ana.Id, 2, new(IsDisabled: true), CancellationToken.None);
        access.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.False(await access.Actors.IsCurrentAsync(principal));
    }

    protected async Task Token_RevokedOrExpired_Ends_Core()
    {
        await using var access = await AccessSetup.CreateAsync(provider);
        var root = AccessSetup.ActorOf(await access.CreateAsync("root@example.org", Everything));
        var (token, _) = await access.Tokens.CreateAsync(root, new("ci", [new(Role.Viewer, null)], access.Clock.GetUtcNow().AddHours(1)), CancellationToken.None);
        var principal = SignedIn.Principal(token.Id.ToString(), token.Id.ToString(), token.Name, "Bearer");
        Assert.True(await access.Actors.IsCurrentAsync(principal));
        access.Clock.Advance(TimeSpan.FromHours(1));
        Assert.False(await access.Actors.IsCurrentAsync(principal));

        var (other, _) = await access.Tokens.CreateAsync(root, new("cd", [new(Role.Viewer, null)]), CancellationToken.None);
        principal = SignedIn.Principal(other.Id.ToString(), other.Id.ToString(), other.Name, "Bearer");
        Assert.True(await access.Actors.IsCurrentAsync(principal));
        await access.Tokens.RevokeAsync(root, other.Id, CancellationToken.None);
        Assert.False(await access.Actors.IsCurrentAsync(principal));
    }

    static async Task<string> DumpAsync(AccessSetup access)
    {
        var lines = await access.Audit.Reader.FindAsync(new(), null, 100, CancellationToken.None);
        return string.Join('\n', lines.Select(line => line.Particulars!.Text));
    }
}
