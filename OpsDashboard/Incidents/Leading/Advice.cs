using OpsDashboard.Incidents.Reading;
using OpsDashboard.Runbooks;
using OpsDashboard.Ui;

namespace OpsDashboard.Incidents.Leading;

/// <summary>A runbook that helps with an alert of the incident.</summary>
/// <param name="Score">From 0; the higher, the likelier it helps.</param>
/// <param name="Why">What speaks for it.</param>
public sealed record RankedRunbook(string Name, string Title, string Url, double Score, string Why);

/// <summary>
/// What to do now, and what after it: an overdue update, a required role that nobody has, a decision that waits, a run that goes on, the end where all is
/// green, the runbook that most likely helps, the next step of the phases. Pure.
/// </summary>
public static class Advice
{
    /// <summary>What was put off is proposed again after this.</summary>
    public static readonly TimeSpan PutOffFor = TimeSpan.FromMinutes(15);

    static readonly TimeSpan RoleWithin = TimeSpan.FromMinutes(5), GreenFor = TimeSpan.FromMinutes(1);

    /// <summary>In the order in which they are to be done; the first one is the one to do now.</summary>
    public static IReadOnlyList<Proposal> Of(Incident incident, IncidentDocument document, IReadOnlyList<Run> openRuns, IReadOnlyList<RankedRunbook> runbooks, DateTimeOffset now)
    {
        if (!incident.IsOpen)
            return [];
        var putOff = incident.Declined.Where(declined => now - declined.At < PutOffFor).Select(declined => declined.Key).ToHashSet();
        var (late, rest) = (Updates(incident, now).Where(update => update.IsOverdue(now)), Updates(incident, now).Where(update => !update.IsOverdue(now)));
        return
        [
            .. late.Concat(Roles(incident, document)).Concat(Decisions(openRuns)).Concat(Running(openRuns)).Concat(End(incident, now))
                .Concat(Runbooks(incident, openRuns, runbooks)).Concat(Steps(incident)).Concat(rest)
                .Where(proposal => !putOff.Contains(proposal.Key)),
        ];
    }

    static IEnumerable<Proposal> Updates(Incident incident, DateTimeOffset now)
    {
        if (incident.UpdateDueAt is not { } due)
            yield break;
        var why = due <= now ? $"it was due {IncidentWords.Spoken(now - due)} ago; nobody outside knows what happens" : $"the next one is due in {IncidentWords.Spoken(due - now)}";
        yield return new("update", ProposalKind.Update, incident.Updates == 0 ? "Tell users and teams" : "Post the next update", why, $"{IncidentUrls.Incident(incident.Id)}#update", due);
    }

    static IEnumerable<Proposal> Roles(Incident incident, IncidentDocument document) =>
        from role in document.Required[incident.Severity]
        where incident.Holder(role) is null
        let asked = incident.Offers.FirstOrDefault(offer => offer.Role == role)
        select new Proposal($"role/{role}", ProposalKind.Role, role == IncidentRole.Commander ? "Take command" : $"Name {(role == IncidentRole.Communications ? "somebody for communications" : $"a {IncidentWords.Of(role)}")}",
            asked is not null ? $"{asked.ToName} was asked and has not accepted yet" : role == IncidentRole.Commander ? "nobody leads it" : $"a {IncidentWords.Of(incident.Severity)} incident needs one",
            $"{IncidentUrls.Incident(incident.Id)}#people", incident.OpenedAt + RoleWithin)
        { Role = role };

    static IEnumerable<Proposal> Decisions(IReadOnlyList<Run> runs) =>
        from run in runs
        where run.NeedsAPerson
        select new Proposal($"run/{run.Id:N}", ProposalKind.Decision, run.AskedUntil is not null ? $"Decide: {run.Title}" : $"Look at {run.Name}: {run.Title}", run.AskedUntil is not null ? $"{run.StartedByName} asks for approval" : run.Reason.Length > 0 ? run.Reason.TrimEnd('.') : "it waits for a person", Urls.Run(run.Id), run.AskedUntil);

    static IEnumerable<Proposal> Running(IReadOnlyList<Run> runs) =>
        from run in runs
        where !run.NeedsAPerson
        select new Proposal($"run/{run.Id:N}", ProposalKind.Run, $"Watch {run.Name}: {run.Title}", run.ProvingSince is not null ? "its steps are done; the goal is being watched" : $"step {Math.Min(run.DoneSteps + 1, run.Steps.Count)} of {run.Steps.Count} runs; what else is done meanwhile may hide its effect", Urls.Run(run.Id));

    static IEnumerable<Proposal> End(Incident incident, DateTimeOffset now)
    {
        if (incident.RestoredAt is { } restored && now - restored >= GreenFor && incident.Alerts.Count > 0)
            yield return new("resolve", ProposalKind.Resolve, "Resolve it", $"all its alerts are over since {IncidentWords.Spoken(now - restored)}", $"{IncidentUrls.Incident(incident.Id)}#resolve");
    }

    static IEnumerable<Proposal> Runbooks(Incident incident, IReadOnlyList<Run> openRuns, IReadOnlyList<RankedRunbook> runbooks)
    {
        // Where all is green, or something is being tried, another try only confuses.
        if (incident.RestoredAt is not null || openRuns.Count > 0)
            yield break;
        foreach (var runbook in runbooks.OrderByDescending(runbook => runbook.Score))
            yield return new($"runbook/{runbook.Name}", ProposalKind.Runbook, runbook.Title, runbook.Why, runbook.Url);
    }

    static IEnumerable<Proposal> Steps(Incident incident) =>
        from phase in incident.Phases
        from step in phase.Steps
        where !step.IsDone
        select new Proposal($"phase/{phase.Name}/{step.Text}" is { Length: <= 200 } key ? key : $"phase/{phase.Name}/{step.Text}"[..200], ProposalKind.PhaseStep, step.Text, $"the next step of {phase.Name}", step.Runbook is { } runbook ? Urls.Runbook($"{incident.SystemId}.{runbook}") : $"{IncidentUrls.Incident(incident.Id)}#phases")
        { Step = (phase.Name, step.Text) };
}
