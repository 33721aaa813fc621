using Microsoft.EntityFrameworkCore;
using OpsDashboard.Access;
using OpsDashboard.Alerts.Handling;
using OpsDashboard.Alerts.Notes;
using OpsDashboard.Audit;
using OpsDashboard.Storage;

namespace OpsDashboard.Alerts.Story;

/// <summary>One time that the same condition fired, and what people did.</summary>
/// <param name="Acknowledgement">Who had it in hand at last, or null.</param>
/// <param name="Notes">How many were written.</param>
public sealed record Episode(Alert Alert, Acknowledgement? Acknowledgement, int Notes)
{
    public bool IsOver => Alert.ResolvedAt is not null;

    /// <summary>It went away and nobody had touched it.</summary>
    public bool WentByItself => IsOver && Acknowledgement is null && Notes == 0;

    /// <summary>From firing to its end.</summary>
    public TimeSpan? Took => Alert.ResolvedAt - Alert.FiredAt;
}

/// <summary>The times that an alert's condition fired for the same label set, the latest first.</summary>
public sealed record PastOfAlert(IReadOnlyList<Episode> Episodes, bool IsCut)
{
    public static readonly PastOfAlert None = new([], false);

    public int Over => Episodes.Count(episode => episode.IsOver);

    public int WithoutAction => Episodes.Count(episode => episode.WentByItself);

    /// <summary>The median of those that are over.</summary>
    public TimeSpan? Usually => Episodes.Select(episode => episode.Took).OfType<TimeSpan>().Order().ToArray() is { Length: > 0 } took ? took[took.Length / 2] : null;
}

/// <summary>Reads how it was the last times. Thread-safe.</summary>
public sealed class Episodes(AlertQuery alerts, OpsContextFactory contexts, TimeProvider clock)
{
    public static readonly TimeSpan Span = TimeSpan.FromDays(30);
    const int Most = 200;

    /// <exception cref="AccessDeniedException">The actor may read alerts of no system.</exception>
    public async Task<PastOfAlert> ReadAsync(Actor actor, Alert alert, CancellationToken stop)
    {
        var filter = new AlertHistoryFilter(Fingerprint: alert.Fingerprint, From: clock.GetUtcNow() - Span);
        var found = (await alerts.HistoryAsync(actor, filter, null, Most, stop)).Where(other => other.Id != alert.Id).ToArray();
        if (found.Length == 0)
            return PastOfAlert.None;
        var ids = found.Select(other => other.Id).ToArray();
        await using var context = contexts.CreateDbContext();
        var owners = await context.Set<Acknowledgement>().AsNoTracking().Where(one => ids.Contains(one.AlertId)).ToDictionaryAsync(one => one.AlertId, stop);
        var notes = await context.Set<AlertNote>().Where(note => ids.Contains(note.AlertId)).GroupBy(note => note.AlertId).Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(group => group.Key, group => group.Count, stop);
        return new([.. found.Select(other => new Episode(other, owners.GetValueOrDefault(other.Id), notes.GetValueOrDefault(other.Id)))], found.Length >= Most - 1);
    }
}
