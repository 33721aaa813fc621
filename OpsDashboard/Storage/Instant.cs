namespace OpsDashboard.Storage;

/// <summary>Instants are UTC and cut to microseconds when made, so that what is kept in memory equals what both databases give back.</summary>
public static class Instant
{
    public static DateTimeOffset Now(this TimeProvider clock) => FromMicroseconds(ToMicroseconds(clock.GetUtcNow()));

    public static long ToMicroseconds(DateTimeOffset at) => (at.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset FromMicroseconds(long value) => new(DateTime.UnixEpoch.Ticks + (value * TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);

    /// <summary>A new UUIDv7 of this clock: ids rise with time.</summary>
    public static Guid NewId(this TimeProvider clock) => Guid.CreateVersion7(clock.GetUtcNow());
}
