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

/// <summary>The alerts for pages and endpoints, with owner and silences; only what the actor may read. Thread-safe, no I/O but in <see cref="FindAsync"/>.</summary>
public sealed class HandledAlerts(AlertQuery alerts, Acknowledgements acknowledgements, SilenceBook silences, NotificationOptions options, IEnumerable<IAlertMutes>? mutes = null)
{
    /// <summary>Pending, firing and lately resolved alerts, worst first.</summary>
    /// <exception cref="AccessDeniedException">The actor may read alerts of no system.</exception>
    public IReadOnlyList<HandledAlert> Current(Actor actor)
    {
        var (active, muted) = (silences.Active, Muted);
        return [.. alerts.Current(actor).Select(alert => With(alert, active, muted))];
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
}
