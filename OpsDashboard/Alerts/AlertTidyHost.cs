using OpsDashboard.Live;
using OpsDashboard.Storage;

namespace OpsDashboard.Alerts;

/// <summary>Forgets, each hour, what was only pending a week ago. Of several replicas each may do it.</summary>
sealed class AlertTidyHost(AlertStore store, TimeProvider clock, ILogger<AlertTidyHost> log) : LookingHost("Old pending alerts could not be forgotten", AlertTidyHost.Interval, clock, log)
{
    /// <summary>Longer than any reader with a cursor may lag behind.</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromDays(7);

    public static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    protected internal override Task LookAsync(CancellationToken stop) => store.TidyAsync(Clock.Now() - Retention, stop);
}
