using OpsDashboard.Incidents.Timeline;
using OpsDashboard.Runbooks;

namespace OpsDashboard.Incidents.Leading;

/// <summary>One system's way back, held against its time to recover.</summary>
/// <param name="Took">Null: it is not restored.</param>
/// <param name="Within">Null: no RTO is set.</param>
public sealed record RecoveryFact(string SystemId, DateTimeOffset BeganAt, TimeSpan? Took, TimeSpan? Within)
{
    /// <summary>Null: nothing can be said.</summary>
    public bool? IsMet => Took is { } took && Within is { } within ? took <= within : null;
}

/// <param name="Until">Null: to the end.</param>
public sealed record RoleSpan(IncidentRole Role, string Name, DateTimeOffset From, DateTimeOffset? Until);

/// <param name="Run">In which a person had to do it.</param>
public sealed record ManualStep(Run Run, string Title, TimeSpan Took);

public sealed record SilentSpan(DateTimeOffset From, DateTimeOffset Until)
{
    public TimeSpan Took => Until - From;
}

/// <summary>What can be computed of an incident that is over, so that a review begins with it. Null: it did not happen, or nobody knows. Pure.</summary>
public sealed record IncidentFacts
{
    /// <summary>On the timeline of an incident, nothing for longer than this is a gap.</summary>
    public static readonly TimeSpan Gap = TimeSpan.FromMinutes(10);

    const int LongestSteps = 3;

    public required DateTimeOffset BeganAt { get; init; }

    /// <summary>From the start of the impact until the first alert fired or somebody opened the incident.</summary>
    public required TimeSpan DetectedAfter { get; init; }
    public TimeSpan? AcknowledgedAfter { get; init; }
    public TimeSpan? MitigatedAfter { get; init; }
    public TimeSpan? RestoredAfter { get; init; }
    public required IReadOnlyList<RecoveryFact> Recoveries { get; init; }
    public required int Updates { get; init; }

    /// <summary>Updates that came after their time, and the one that was due when it ended.</summary>
    public required int LateUpdates { get; init; }
    public required int Alerts { get; init; }
    public required IReadOnlyList<Run> Runs { get; init; }
    public required IReadOnlyList<RoleSpan> Roles { get; init; }
    public required IReadOnlyList<ManualStep> ManualSteps { get; init; }
    public required IReadOnlyList<SilentSpan> Gaps { get; init; }

    /// <summary>The change before it that most likely has to do with it.</summary>
    public RankedChange? LikelyChange { get; init; }

    /// <param name="timeline">In whatever order.</param>
    /// <param name="runs">Of its systems during it.</param>
    /// <param name="within">The RTO of a system; null: none is set.</param>
    /// <param name="pace">How often others are told at a severity.</param>
    public static IncidentFacts Of(Incident incident, IReadOnlyList<TimelineEntry> timeline, IReadOnlyList<Run> runs, IReadOnlyList<RankedChange> changes, Func<string, TimeSpan?> within, IReadOnlyDictionary<IncidentSeverity, TimeSpan> pace)
    {
        var lines = timeline.OrderBy(entry => entry.At).ThenBy(entry => entry.Id).ToArray();
        var (began, end) = (incident.ImpactBeganAt, incident.Resolution?.At);
        var detected = lines.Where(entry => entry.Kind == EntryKind.Alert).Select(entry => entry.At).Append(incident.OpenedAt).Where(at => at >= began).DefaultIfEmpty(incident.OpenedAt).Min();
        var told = lines.Where(IsUpdate).ToArray();
        return new()
        {
            BeganAt = began,
            DetectedAfter = Since(began, detected),
            AcknowledgedAfter = incident.AcknowledgedAt is { } acknowledged ? Since(began, acknowledged) : null,
            MitigatedAfter = lines.FirstOrDefault(entry => entry.Kind == EntryKind.Status && entry.Text.Contains($"→ {IncidentWords.Of(IncidentStatus.Mitigating)}: ", StringComparison.Ordinal)) is { } mitigated ? Since(began, mitigated.At) : null,
            RestoredAfter = incident.RestoredAt is { } restored ? Since(began, restored) : null,
            Recoveries = [.. incident.Clocks.Select(clock => new RecoveryFact(clock.SystemId, clock.BeganAt, clock.RestoredAt - clock.BeganAt, within(clock.SystemId)))],
            Updates = told.Length,
            LateUpdates = LateOf(incident, lines, pace),
            Alerts = incident.Alerts.Count + incident.MoreAlerts,
            Runs = [.. runs.OrderBy(run => run.StartedAt)],
            Roles = RoleSpans.Of(lines),
            ManualSteps = [.. (from run in runs from step in run.Steps where step.Answer is not null && step.Took is not null orderby step.Took descending select new ManualStep(run, step.Title, step.Took!.Value)).Take(LongestSteps)],
            Gaps = GapsOf(lines, incident.OpenedAt, end),
            LikelyChange = changes.FirstOrDefault(change => change.IsLikely),
        };
    }

    // What the program sent by itself is no update: those are written by people.
    static bool IsUpdate(TimelineEntry entry) => entry is { Kind: EntryKind.Told, ById: not null };

    static int LateOf(Incident incident, IReadOnlyList<TimelineEntry> lines, IReadOnlyDictionary<IncidentSeverity, TimeSpan> pace)
    {
        var severity = lines.Select(Rated).FirstOrDefault(rated => rated is not null)?.From ?? incident.Severity;
        var (due, late) = (incident.OpenedAt + pace[severity], 0);
        foreach (var line in lines.Where(line => line.At >= incident.OpenedAt && !(line.At > incident.Resolution?.At)))
        {
            if (IsUpdate(line))
            {
                late += line.At > due ? 1 : 0;
                due = line.At + pace[severity];
            }
            else if (Rated(line) is { } rated)
            {
                severity = rated.To;
                var sooner = line.At + pace[severity];
                due = due < sooner ? due : sooner;
            }
        }
        return late + (incident.Resolution?.At > due ? 1 : 0);
    }

    static (IncidentSeverity From, IncidentSeverity To)? Rated(TimelineEntry entry)
    {
        if (entry.Kind != EntryKind.Severity || entry.Text.Split([" → ", ": "], 3, StringSplitOptions.None) is not [var from, var to, ..])
            return null;
        return Enum.TryParse<IncidentSeverity>(from, ignoreCase: true, out var before) && Enum.TryParse<IncidentSeverity>(to, ignoreCase: true, out var after) ? (before, after) : null;
    }

    static IReadOnlyList<SilentSpan> GapsOf(IReadOnlyList<TimelineEntry> lines, DateTimeOffset from, DateTimeOffset? until)
    {
        if (until is not { } end)
            return [];
        var moments = lines.Select(entry => entry.At).Where(at => at >= from && at <= end).Append(from).Append(end).Order().ToArray();
        return [.. moments.Zip(moments.Skip(1), (one, next) => new SilentSpan(one, next)).Where(span => span.Took > Gap)];
    }

    static TimeSpan Since(DateTimeOffset began, DateTimeOffset at) => at < began ? TimeSpan.Zero : at - began;
}
