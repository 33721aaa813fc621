using OpsDashboard.Access;
using OpsDashboard.Alerts.Notifications;
using OpsDashboard.Alerts.Silences;
using OpsDashboard.Audit;

namespace OpsDashboard.Alerts.Handling;

/// <summary>An alert with what people made of it.</summary>
/// <param name="Acknowledgement">Who has it in hand, or null.</param>
/// <param name="SilencedBy">Nobody is told of it while one of these holds.</param>
public sealed record HandledAlert(Alert Alert, Acknowledgement? Acknowledgement, IReadOnlyList<Silence> SilencedBy)
{
    /// <summary>Runs, for example, while which nobody is told of it.</summary>
    public IReadOnlyList<AlertMute> MutedBy { get; init; } = [];

    public bool IsSilenced => SilencedBy.Count > 0 || MutedBy.Count > 0;
}

/// <summary>
/// The alerts for pages and endpoints, with owner and silences; only what the actor may read. What was put together is shared by all who ask until
/// something changes: in a storm that is tens of thousands of alerts for every page. Thread-safe, no I/O but in <see cref="FindAsync"/>.
/// </summary>
public sealed class HandledAlerts(AlertQuery alerts, Acknowledgements acknowledgements, SilenceBook silences, NotificationOptions options, IEnumerable<IAlertMutes>? mutes = null)
{
    volatile Shared? shared;

    /// <summary>Pending, firing and lately resolved alerts, worst first.</summary>
    /// <exception cref="AccessDeniedException">The actor may read alerts of no system.</exception>
    public IReadOnlyList<HandledAlert> Current(Actor actor)
    {
        AlertQuery.Demand(actor);
        var all = All();
        return actor.May(Permission.ReadAlerts) ? all : [.. all.Where(one => AlertQuery.MayRead(actor, one.Alert))];
    }

    // Whoever is told of a change finds the versions changed before.
    IReadOnlyList<HandledAlert> All()
    {
        var (version, now, active, muted) = (acknowledgements.Version, alerts.Current(Actor.Program), silences.Active, Muted);
        if (shared is { } last && !acknowledgements.IsAnyOver && last.Version == version && ReferenceEquals(last.Alerts, now) && last.Active.SequenceEqual(active) && last.Muted.SequenceEqual(muted))
            return last.Handled;
        shared = last = new(version, now, active, muted, [.. now.Select(alert => With(alert, active, muted))]);
        return last.Handled;
    }

    /// <exception cref="NotFoundException">There is no such alert, or not for this actor.</exception>
    public async ValueTask<HandledAlert> FindAsync(Actor actor, Guid id, CancellationToken stop) => With(await alerts.FindAsync(actor, id, stop), silences.Active, Muted);

    AlertMute[] Muted => [.. (mutes ?? []).SelectMany(source => source.Current)];

    // A silence may name an external label: it is asked for what leaves.
    HandledAlert With(Alert alert, IReadOnlyList<Silence> active, AlertMute[] muted) =>
        new(alert, alert.IsOpen ? acknowledgements.Of(alert.Id) : null, alert.IsOpen && active.Count > 0 && options.Leaving(alert).Labels is var labels ? [.. active.Where(silence => silence.Matches(labels))] : [])
        {
            MutedBy = alert.IsOpen && muted.Length > 0 ? [.. muted.Where(mute => mute.Matches(alert.Labels))] : [],
        };

    sealed record Shared(long Version, IReadOnlyList<Alert> Alerts, IReadOnlyList<Silence> Active, IReadOnlyList<AlertMute> Muted, IReadOnlyList<HandledAlert> Handled);
}
