using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Storage;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Access;

public sealed class OwnPasswordTests
{
    const string Better = "wrong donkey nail";

    static OwnPassword Over(AccessSetup access) =>
        new(access.Audit.Database.Contexts, access.Audit.Log, new((AccessChanges)access.Changes), new(access.Options.AttemptsPerMinute, access.Clock));

    [Fact]
    public Task Change_EndsOtherSignIns_OnSqlite() => ChangeAsync(StorageProvider.Sqlite);

    [PostgresFact]
    public Task Change_EndsOtherSignIns_OnPostgres() => ChangeAsync(StorageProvider.Postgres);

    static async Task ChangeAsync(StorageProvider provider)
    {
        await using var access = await AccessSetup.CreateAsync(provider);
        var ana = await access.CreateAsync("ana@example.org", new Grant(Role.Viewer, "liap-tui"));
        var elsewhere = await access.SignedInAsync(ana);
        var here = await Over(access).ChangeAsync(AccessSetup.ActorOf(ana), AccessSetup.Password, Better, default);

        Assert.False(await access.Actors.IsCurrentAsync(elsewhere));
        Assert.True(await access.Actors.IsCurrentAsync(here));
        Assert.IsType<SignInOutcome.Failed>(await access.SignIn.WithPasswordAsync(ana.Email, AccessSetup.Password, "192.0.2.1", default));
        Assert.IsType<SignInOutcome.Succeeded>(await access.SignIn.WithPasswordAsync(ana.Email, Better, "192.0.2.1", default));
        var line = (await access.Audit.Reader.FindAsync(new(Action: "account.password_changed"), null, 10, default)).Single();
        Assert.Equal(($"account/{ana.Id}", AuditOutcome.Done), (line.Entry.Subject, line.Entry.Outcome));
        Assert.DoesNotContain(Better, line.Particulars?.Text ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("old", "not the password", Better)]
    [InlineData("new", AccessSetup.Password, "short")]
    [InlineData("new", AccessSetup.Password, AccessSetup.Password)]
    public async Task Change_Refused_ChangesNothing(string field, string old, string fresh)
    {
        await using var access = await AccessSetup.CreateAsync(StorageProvider.Sqlite);
        var ana = await access.CreateAsync("ana@example.org");
        var here = await access.SignedInAsync(ana);
        var refused = await Assert.ThrowsAsync<InvalidInputException>(() => Over(access).ChangeAsync(AccessSetup.ActorOf(ana), old, fresh, default));
        Assert.Equal(field, Assert.Single(refused.Problems).Field);
        Assert.True(await access.Actors.IsCurrentAsync(here));
    }

    [Fact]
    public async Task Change_ByATokenOrTooOften_IsRefused()
    {
        await using var access = await AccessSetup.CreateAsync(StorageProvider.Sqlite);
        var own = Over(access);
        await Assert.ThrowsAsync<NotFoundException>(() => own.ChangeAsync(Actor.Program, "", Better, default));
        var ana = AccessSetup.ActorOf(await access.CreateAsync("ana@example.org")) with { Address = "192.0.2.7" };
        InvalidInputException? last = null;
        for (var i = 0; i <= access.Options.AttemptsPerMinute; i++)
            last = await Assert.ThrowsAsync<InvalidInputException>(() => own.ChangeAsync(ana, "guess", Better, default));
        Assert.Equal("attempts", Assert.Single(last!.Problems).Field);
    }
}
