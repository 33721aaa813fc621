using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Storage;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Access;

public sealed class FreshSignInTests
{
    static FreshSignIn Over(AccessSetup access) => new(access.Audit.Database.Contexts, access.Audit.Log, access.Options, new(access.Options.AttemptsPerMinute, access.Clock), access.Clock);

    [Fact]
    public Task Demand_TheSignInItself_OrThePasswordOnceMore_OnSqlite() => DemandAsync(StorageProvider.Sqlite);

    [PostgresFact]
    public Task Demand_TheSignInItself_OrThePasswordOnceMore_OnPostgres() => DemandAsync(StorageProvider.Postgres);

    static async Task DemandAsync(StorageProvider provider)
    {
        await using var access = await AccessSetup.CreateAsync(provider);
        var fresh = Over(access);
        var ana = await access.Actors.ResolveAsync(await access.SignedInAsync(await access.CreateAsync("ana@example.org")), "192.0.2.1");
        Assert.True(fresh.IsFresh(ana));
        await fresh.DemandAsync(ana, null, default);
        access.Clock.Advance(TimeSpan.FromMinutes(5.1));
        Assert.False(fresh.IsFresh(ana));
        foreach (var wrong in new[] { null, "", "not the password" })
            Assert.Equal(FreshSignIn.Field, Assert.Single((await Assert.ThrowsAsync<InvalidInputException>(() => fresh.DemandAsync(ana, wrong, default))).Problems).Field);
        await fresh.DemandAsync(ana, AccessSetup.Password, default);
        Assert.Equal(2, (await access.ActionsAsync()).Count(action => action == "account.sign_in_renewed"));
    }

    [Fact]
    public async Task Demand_WrongPasswords_LockAsAtTheSignIn()
    {
        await using var access = await AccessSetup.CreateAsync(StorageProvider.Sqlite);
        var account = await access.CreateAsync("ana@example.org");
        var ana = AccessSetup.ActorOf(account) with { Address = "192.0.2.1" };
        for (var i = 0; i < access.Options.FailuresBeforeLock; i++)
            await Assert.ThrowsAsync<InvalidInputException>(() => Over(access).DemandAsync(ana, "wrong", default));
        await Assert.ThrowsAsync<InvalidInputException>(() => Over(access).DemandAsync(ana, AccessSetup.Password, default));
        Assert.IsType<SignInOutcome.Failed>(await access.SignIn.WithPasswordAsync(account.Email, AccessSetup.Password, "192.0.2.1", default));
    }

    [Fact]
    public async Task Demand_WhoHasNoAccount_ProvesNothing()
    {
        await using var access = await AccessSetup.CreateAsync(StorageProvider.Sqlite);
        var token = new Actor($"{Guid.NewGuid()}", "Robot", ActorKind.Token, [new(Role.Admin, null)]) { SignedInAt = access.Clock.GetUtcNow() };
        await Assert.ThrowsAsync<InvalidInputException>(() => Over(access).DemandAsync(token, AccessSetup.Password, default));
        await Assert.ThrowsAsync<InvalidInputException>(() => Over(access).DemandAsync(Actor.Program, AccessSetup.Password, default));
    }
}
