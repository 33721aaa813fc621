namespace OpsDashboard.Access;

/// <summary>
/// What wrong passwords lead to. Each address (each /64 of IPv6) is locked by its own; many addresses together slow down those from which the account
/// has not been signed in to of late. The owner's usual address gets in whatever strangers do. Pure.
/// </summary>
static class SignInLock
{
    static readonly TimeSpan Familiar = TimeSpan.FromDays(90), Forgotten = TimeSpan.FromHours(1);
    static readonly TimeSpan SlowDownStep = TimeSpan.FromSeconds(2), LongestSlowDown = TimeSpan.FromSeconds(30);

    /// <summary>Addresses that may lock themselves before all unfamiliar ones are slowed down.</summary>
    const int FreeAddresses = 4;

    /// <summary>Until when attempts from there are refused, whatever the password; null: they are not.</summary>
    public static DateTimeOffset? LockedUntil(Account account, SignInSource source, DateTimeOffset now)
    {
        var until = IsFamiliar(source, now) || source.LockedUntil > account.LockedUntil ? source.LockedUntil : account.LockedUntil ?? source.LockedUntil;
        return until > now ? until : null;
    }

    public static void Fail(Account account, SignInSource source, AccessOptions options, DateTimeOffset now)
    {
        source.TriedAt = now;
        if (++source.Failures >= options.FailuresBeforeLock)
            (source.Failures, source.LockedUntil) = (0, now + options.LockDuration);
        if (IsFamiliar(source, now))
            return;
        Forget(account, now);
        account.FailedSignIns++;
        if (account.FailedSignIns - (FreeAddresses * options.FailuresBeforeLock) is > 0 and var beyond)
            account.LockedUntil = now + TimeSpan.FromSeconds(Math.Min(beyond * SlowDownStep.TotalSeconds, LongestSlowDown.TotalSeconds));
    }

    public static void Succeed(Account account, SignInSource source, DateTimeOffset now)
    {
        (source.Failures, source.LockedUntil, source.SucceededAt, source.TriedAt) = (0, null, now, now);
        // While strangers are at it, the owner's success does not give them new attempts.
        if (account.LockedUntil is null)
            account.FailedSignIns = 0;
        Forget(account, now);
        account.LastSignInAt = now;
    }

    public static bool IsFamiliar(SignInSource source, DateTimeOffset now) => source.SucceededAt > now - Familiar;

    static void Forget(Account account, DateTimeOffset now)
    {
        if (account.LockedUntil < now - Forgotten)
            (account.FailedSignIns, account.LockedUntil) = (0, null);
    }
}
