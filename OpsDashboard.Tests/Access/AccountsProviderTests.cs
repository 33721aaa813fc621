using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Storage;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Access;

public sealed class SqliteAccountsTests() : AccountsTests(StorageProvider.Sqlite)
{
    [Fact]
    public Task Create_IsAudited_AndKeepsNoPassword() => Create_IsAudited_AndKeepsNoPassword_Core();

    [Fact]
    public Task Create_BadInput_NamesEveryProblemAtOnce() => Create_BadInput_NamesEveryProblemAtOnce_Core();

    [Fact]
    public Task Change_ByTheWrongRole_IsRefused() => Change_ByTheWrongRole_IsRefused_Core();

    [Fact]
    public Task Token_MakesNothingThatSignsInAsAPersonWhoWasHere() => Token_MakesNothingThatSignsInAsAPersonWhoWasHere_Core();

    [Fact]
    public Task Change_Stale_IsRefused_AndOfTwoAtOnceOneWins() => Change_Stale_IsRefused_AndOfTwoAtOnceOneWins_Core();

    [Fact]
    public Task LastAdministrator_CannotBeTakenAway() => LastAdministrator_CannotBeTakenAway_Core();

    [Fact]
    public Task ChangeByAnotherReplica_IsNoticedWithinSeconds() => ChangeByAnotherReplica_IsNoticedWithinSeconds_Core();

    [Fact]
    public Task Token_NeverMayMoreThanItsCreatorNow() => Token_NeverMayMoreThanItsCreatorNow_Core();

    [Fact]
    public Task Token_RevokedOrExpired_Ends() => Token_RevokedOrExpired_Ends_Core();

    [Fact]
    public Task ChangedGrants_EndWhatIsSignedIn() => ChangedAccess_EndsWhatIsSignedIn_Core(new(Grants: [new Grant(Role.Viewer, null)]));

    [Fact]
    public Task ChangedPassword_EndsWhatIsSignedIn() => ChangedAccess_EndsWhatIsSignedIn_Core(new(Password: "another long password"));

    [Fact]
    public Task Disabling_EndsWhatIsSignedIn() => ChangedAccess_EndsWhatIsSignedIn_Core(new AccountChange(IsDisabled: true));
}

public sealed class PostgresAccountsTests() : AccountsTests(StorageProvider.Postgres)
{
    [PostgresFact]
    public Task Create_IsAudited_AndKeepsNoPassword() => Create_IsAudited_AndKeepsNoPassword_Core();

    [PostgresFact]
    public Task Create_BadInput_NamesEveryProblemAtOnce() => Create_BadInput_NamesEveryProblemAtOnce_Core();

    [PostgresFact]
    public Task Change_ByTheWrongRole_IsRefused() => Change_ByTheWrongRole_IsRefused_Core();

    [PostgresFact]
    public Task Token_MakesNothingThatSignsInAsAPersonWhoWasHere() => Token_MakesNothingThatSignsInAsAPersonWhoWasHere_Core();

    [PostgresFact]
    public Task Change_Stale_IsRefused_AndOfTwoAtOnceOneWins() => Change_Stale_IsRefused_AndOfTwoAtOnceOneWins_Core();

    [PostgresFact]
    public Task LastAdministrator_CannotBeTakenAway() => LastAdministrator_CannotBeTakenAway_Core();

    [PostgresFact]
    public Task ChangeByAnotherReplica_IsNoticedWithinSeconds() => ChangeByAnotherReplica_IsNoticedWithinSeconds_Core();

    [PostgresFact]
    public Task Token_NeverMayMoreThanItsCreatorNow() => Token_NeverMayMoreThanItsCreatorNow_Core();

    [PostgresFact]
    public Task Token_RevokedOrExpired_Ends() => Token_RevokedOrExpired_Ends_Core();

    [PostgresFact]
    public Task ChangedGrants_EndWhatIsSignedIn() => ChangedAccess_EndsWhatIsSignedIn_Core(new(Grants: [new Grant(Role.Viewer, null)]));

    [PostgresFact]
    public Task ChangedPassword_EndsWhatIsSignedIn() => ChangedAccess_EndsWhatIsSignedIn_Core(new(Password: "another long password"));

    [PostgresFact]
    public Task Disabling_EndsWhatIsSignedIn() => ChangedAccess_EndsWhatIsSignedIn_Core(new AccountChange(IsDisabled: true));
}
