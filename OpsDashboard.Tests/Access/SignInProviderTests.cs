using OpsDashboard.Storage;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Access;

public sealed class SqliteSignInTests() : SignInTests(StorageProvider.Sqlite)
{
    [Fact]
    public Task Password_RightAndWrong_AreAudited() => Password_RightAndWrong_AreAudited_Core();

    [Fact]
    public Task UnknownEmail_IsCountedNotNamed() => UnknownEmail_IsCountedNotNamed_Core();

    [Fact]
    public Task Failures_LockForAWhile_EvenTheRightPassword() => Failures_LockForAWhile_EvenTheRightPassword_Core();

    [Fact]
    public Task Strangers_CannotLockTheOwnerOut() => Strangers_CannotLockTheOwnerOut_Core();

    [Fact]
    public Task WrongPasswordsAtOnce_AreRefusedAndLeaveTheAccountUsable() => WrongPasswordsAtOnce_AreRefusedAndLeaveTheAccountUsable_Core();

    [Fact]
    public Task Refusal_TakesAsLong_WhetherTheAccountExistsOrNot() => Refusal_TakesAsLong_WhetherTheAccountExistsOrNot_Core();

    [Fact]
    public Task OpenLinks_EndWithPasswordAndSignOutEverywhere() => OpenLinks_EndWithPasswordAndSignOutEverywhere_Core();

    [Fact]
    public Task SignOut_VoidsEveryCopyOfTheCookie_AndNoOtherSignIn() => SignOut_VoidsEveryCopyOfTheCookie_AndNoOtherSignIn_Core();

    [Fact]
    public Task Attempts_AreLimitedByAddress() => Attempts_AreLimitedByAddress_Core();

    [Fact]
    public Task Link_SignsInOnce_EvenWhenPressedTwiceAtOnce() => Link_SignsInOnce_EvenWhenPressedTwiceAtOnce_Core();

    [Fact]
    public Task Link_Expires_AndOfADisabledAccountIsRefused() => Link_Expires_AndOfADisabledAccountIsRefused_Core();

    [Fact]
    public Task FirstStart_MakesOneAdministrator() => FirstStart_MakesOneAdministrator_Core();
}

public sealed class PostgresSignInTests() : SignInTests(StorageProvider.Postgres)
{
    [PostgresFact]
    public Task Password_RightAndWrong_AreAudited() => Password_RightAndWrong_AreAudited_Core();

    [PostgresFact]
    public Task UnknownEmail_IsCountedNotNamed() => UnknownEmail_IsCountedNotNamed_Core();

    [PostgresFact]
    public Task Failures_LockForAWhile_EvenTheRightPassword() => Failures_LockForAWhile_EvenTheRightPassword_Core();

    [PostgresFact]
    public Task Strangers_CannotLockTheOwnerOut() => Strangers_CannotLockTheOwnerOut_Core();

    [PostgresFact]
    public Task WrongPasswordsAtOnce_AreRefusedAndLeaveTheAccountUsable() => WrongPasswordsAtOnce_AreRefusedAndLeaveTheAccountUsable_Core();

    [PostgresFact]
    public Task Refusal_TakesAsLong_WhetherTheAccountExistsOrNot() => Refusal_TakesAsLong_WhetherTheAccountExistsOrNot_Core();

    [PostgresFact]
    public Task OpenLinks_EndWithPasswordAndSignOutEverywhere() => OpenLinks_EndWithPasswordAndSignOutEverywhere_Core();

    [PostgresFact]
    public Task SignOut_VoidsEveryCopyOfTheCookie_AndNoOtherSignIn() => SignOut_VoidsEveryCopyOfTheCookie_AndNoOtherSignIn_Core();

    [PostgresFact]
    public Task Attempts_AreLimitedByAddress() => Attempts_AreLimitedByAddress_Core();

    [PostgresFact]
    public Task Link_SignsInOnce_EvenWhenPressedTwiceAtOnce() => Link_SignsInOnce_EvenWhenPressedTwiceAtOnce_Core();

    [PostgresFact]
    public Task Link_Expires_AndOfADisabledAccountIsRefused() => Link_Expires_AndOfADisabledAccountIsRefused_Core();

    [PostgresFact]
    public Task FirstStart_MakesOneAdministrator() => FirstStart_MakesOneAdministrator_Core();
}
