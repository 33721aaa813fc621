using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Storage;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Access;

public abstract class SignInTests(StorageProvider provider)
{
    static readonly CancellationToken None = CancellationToken.None;

    protected async Task Password_RightAndWrong_AreAudited_Core()
    {
        await using var access = await AccessSetup.CreateAsync(provider);
        var ana = await access.CreateAsync("ana@example.org");
        Assert.IsType<SignInOutcome.Failed>(await access.SignIn.WithPasswordAsync("ana@example.org", "wrong", "192.0.2.1", None));
        Assert.IsType<SignInOutcome.Succeeded>(await access.SignIn.WithPasswordAsync(" ANA@example.org", AccessSetup.Password, "192.0.2.1", None));
        Assert.Equal(["account.signed_in", "account.sign_in_failed", "account.created"], await access.ActionsAsync());
        Assert.Equal(access.Clock.Now(), (await access.ReadAsync(ana.Id)).LastSignInAt);
    }

    protected async Task UnknownEmail_IsCountedNotNamed_Core()
    {
        await using var access = await AccessSetup.CreateAsync(provider);
        Assert.IsType<SignInOutcome.Failed>(await access.SignIn.WithPasswordAsync("nobody@example.org", "whatever it is", "192.0.2.9", None));
        Assert.Equal(["192.0.2.9"], access.Strangers.Addresses);
        Assert.Empty(await access.ActionsAsync());
    }

    protected async Task Failures_LockForAWhile_EvenTheRightPassword_Core()
    {
        await using var access = await AccessSetup.CreateAsync(provider);
        await access.CreateAsync("ana@example.org");
        for (var attempt = 0; attempt < access.Options.FailuresBeforeLock; attempt++)
            await access.SignIn.WithPasswordAsync("ana@example.org", "wrong", "192.0.2.1", None);
        Assert.IsType<SignInOutcome.Failed>(await access.SignIn.WithPasswordAsync("ana@example.org", AccessSetup.Password, "192.0.2.1", None));
        access.Clock.Advance(access.Options.LockDuration);
        Assert.IsType<SignInOutcome.Succeeded>(await access.SignIn.WithPasswordAsync("ana@example.org", AccessSetup.Password, "192.0.2.1", None));
    }

    protected async Task Strangers_CannotLockTheOwnerOut_Core()
    {
        await using var access = await AccessSetup.CreateAsync(provider);
        var ana = await access.CreateAsync("ana@example.org");
        await access.SignedInAsync(ana);
        for (var stranger = 0; stranger < 30; stranger++)
            await access.SignIn.WithPasswordAsync("ana@example.org", "wrong", $"198.51.100.{stranger}", None);
        Assert.IsType<SignInOutcome.Succeeded>(await access.SignIn.WithPasswordAsync("ana@example.org", AccessSetup.Password, "192.0.2.1", None));
        // An address that was never seen waits with the strangers, for seconds.
        Assert.IsType<SignInOutcome.Failed>(await access.SignIn.WithPasswordAsync("ana@example.org", AccessSetup.Password, "203.0.113.1", None));
        access.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.IsType<SignInOutcome.Succeeded>(await access.SignIn.WithPasswordAsync("ana@example.org", AccessSetup.Password, "203.0.113.1", None));
    }

    protected async Task WrongPasswordsAtOnce_AreRefusedAndLeaveTheAccountUsable_Core()
    {
        await using var access = await AccessSetup.CreateAsync(provider);
        await access.CreateAsync("ana@example.org");
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => access.SignIn.WithPasswordAsync("ana@example.org", "wrong", "192.0.2.1", None)));
        Assert.All(outcomes, outcome => Assert.IsType<SignInOutcome.Failed>(outcome));
        Assert.IsType<SignInOutcome.Succeeded>(await access.SignIn.WithPasswordAsync("ana@example.org", AccessSetup.Password, "192.0.2.1", None));
    }

    protected async Task Refusal_TakesAsLong_WhetherTheAccountExistsOrNot_Core()
    {
        await using var access = await AccessSetup.CreateAsync(provider);
        await access.CreateAsync("ana@example.org");
        access.Options.RefusalTime = TimeSpan.FromMilliseconds(500);
        foreach (var email in new[] { "ana@example.org", "nobody@example.org", new string('x', 300) })
        {
            var timers = access.Clock.TimerCount;
            var refused = access.SignIn.WithPasswordAsync(email, "wrong", "192.0.2.1", None);
            while (access.Clock.TimerCount == timers)
                await Task.Yield();
            Assert.False(refused.IsCompleted);
            access.Clock.Advance(TimeSpan.FromMilliseconds(500));
            Assert.IsType<SignInOutcome.Failed>(await refused.WaitAsync(TimeSpan.FromMinutes(1)));
        }
    }

    protected async Task OpenLinks_EndWithPasswordAndSignOutEverywhere_Core()
    {
        await using var access = await AccessSetup.CreateAsync(provider);
        var ana = await access.CreateAsync("ana@example.org");
        var code = CodeOf(await access.Links.CreateAsync(ana.Id, Actor.Program, None));
        await access.Accounts.SignOutEverywhereAsync(Actor.Program, ana.Id, None);
        Assert.IsType<SignInOutcome.Failed>(await access.SignIn.WithLinkAsync(code, null, None));

        code = CodeOf(await access.Links.CreateAsync(ana.Id, Actor.Program, None));
        await access.Accounts.ChangeAsync(Actor.Program, ana.Id, (await access.ReadAsync(ana.Id)).Version, new(Password: "another correct horse"), None);
        Assert.IsType<SignInOutcome.Failed>(await access.SignIn.WithLinkAsync(code, null, None));
    }

    protected async Task SignOut_VoidsEveryCopyOfTheCookie_AndNoOtherSignIn_Core()
    {
        await using var access = await AccessSetup.CreateAsync(provider);
        var ana = await access.CreateAsync("ana@example.org", new Grant(Role.Viewer, null));
        var (laptop, phone) = (await access.SignedInAsync(ana), await access.SignedInAsync(ana));
        Assert.True(await access.Actors.IsCurrentAsync(laptop));
        await access.SignIn.SignOutAsync(laptop, AccessSetup.ActorOf(ana), None);
        // The clock stands still: the copy is void at once.
        Assert.False(await access.Actors.IsCurrentAsync(laptop.Clone()));
        Assert.True(await access.Actors.IsCurrentAsync(phone));
        Assert.Equal("account.signed_out", (await access.ActionsAsync())[0]);
    }

    protected async Task Attempts_AreLimitedByAddress_Core()
    {
        await using var access = await AccessSetup.CreateAsync(provider);
        for (var attempt = 0; attempt < access.Options.AttemptsPerMinute; attempt++)
            await access.SignIn.WithLinkAsync("guess", "192.0.2.1", None);
        var limited = Assert.IsType<SignInOutcome.TooMany>(await access.SignIn.WithLinkAsync("guess", "192.0.2.1", None));
        Assert.InRange(limited.RetryAfter, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        Assert.IsType<SignInOutcome.Failed>(await access.SignIn.WithLinkAsync("guess", "192.0.2.2", None));
        access.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.IsType<SignInOutcome.Failed>(await access.SignIn.WithLinkAsync("guess", "192.0.2.1", None));
    }

    protected async Task Link_SignsInOnce_EvenWhenPressedTwiceAtOnce_Core()
    {
        await using var access = await AccessSetup.CreateAsync(provider);
        var ana = await access.CreateAsync("ana@example.org");
        var code = CodeOf(await access.Links.CreateAsync(ana.Id, Actor.Program, None));
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(number => access.SignIn.WithLinkAsync(code, $"192.0.2.{number}", None)));
        Assert.Single(outcomes.OfType<SignInOutcome.Succeeded>());
        Assert.IsType<SignInOutcome.Failed>(await access.SignIn.WithLinkAsync(code, "192.0.2.1", None));
    }

    protected async Task Link_Expires_AndOfADisabledAccountIsRefused_Core()
    {
        await using var access = await AccessSetup.CreateAsync(provider);
        var ana = await access.CreateAsync("ana@example.org");
        var code = CodeOf(await access.Links.CreateAsync(ana.Id, Actor.Program, None));
        access.Clock.Advance(access.Options.LinkLifetime);
        Assert.IsType<SignInOutcome.Failed>(await access.SignIn.WithLinkAsync(code, null, None));

        code = CodeOf(await access.Links.CreateAsync(ana.Id, Actor.Program, None));
        await access.Accounts.ChangeAsync(Actor.Program, ana.Id, 1, new(IsDisabled: true), None);
        Assert.IsType<SignInOutcome.Failed>(await access.SignIn.WithLinkAsync(code, null, None));
        Assert.IsType<SignInOutcome.Failed>(await access.SignIn.WithPasswordAsync(ana.Email, AccessSetup.Password, null, None));
    }

    protected async Task FirstStart_MakesOneAdministrator_Core()
    {
        await using var access = await AccessSetup.CreateAsync(provider);
        (access.Options.Bootstrap.Email, access.Options.Bootstrap.Password) = ("root@example.org", AccessSetup.Password);
        await Task.WhenAll(access.First.EnsureAdministratorAsync(None), access.First.EnsureAdministratorAsync(None));
        var account = await access.First.FindAsync(null, None);
        Assert.Equal("root@example.org", account?.Email);
        Assert.Single(await access.Accounts.ListAsync(Actor.Program, None));
        Assert.False(await access.First.HasAnyoneSignedInAsync(None));
        Assert.IsType<SignInOutcome.Succeeded>(await access.SignIn.WithPasswordAsync("root@example.org", AccessSetup.Password, null, None));
        Assert.True(await access.First.HasAnyoneSignedInAsync(None));
    }

    static string CodeOf(string link) => link.Split("code=")[1];
}
