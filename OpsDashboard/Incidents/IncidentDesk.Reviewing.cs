using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Storage;

namespace OpsDashboard.Incidents;

public sealed partial class IncidentDesk
{
    public const int MaxReviewText = 10_000;

    /// <summary>Fills the blanks.</summary>
    /// <param name="version">Of the review that was seen.</param>
    /// <exception cref="StaleVersionException">Somebody wrote meanwhile; nothing is lost.</exception>
    public Task<Incident> WriteReviewAsync(Actor actor, Guid id, ReviewText text, int version, CancellationToken stop)
    {
        var written = new ReviewText(
            Text("summary", text.Summary, MaxReviewText), Text("cause", text.Cause, MaxReviewText), Text("wentWell", text.WentWell, MaxReviewText),
            Text("wentBadly", text.WentBadly, MaxReviewText), Text("luck", text.Luck, MaxReviewText));
        return HandleAsync(actor, id, "incident.review_written", incident =>
        {
            var review = Unfinished(incident, version);
            return written == review.Text ? incident : incident.Reviewed(review.With(written) with { Version = version + 1 }, "The review was written on", actor, clock.Now());
        }, stop, ("summary", written.Summary), ("cause", written.Cause), ("wentWell", written.WentWell), ("wentBadly", written.WentBadly), ("luck", written.Luck));
    }

    /// <summary>Says who writes the review, and until when. Its owner does, and a commander of the system.</summary>
    public async Task<Incident> AssignReviewAsync(Actor actor, Guid id, string? ownerId, DateTimeOffset? dueAt, int version, CancellationToken stop)
    {
        DemandReviewer(actor, await FindAsync(actor, id, stop));
        var due = dueAt ?? throw new InvalidInputException("dueAt", "is missing: a review is written until some day.");
        var owner = (await people.WhoMayAsync(actor, Permission.HandleIncidents, (await FindAsync(actor, id, stop)).SystemId, stop)).FirstOrDefault(person => person.Id == ownerId)
            ?? throw new InvalidInputException("owner", "is somebody who may handle incidents of the system.");
        return await ChangeAsync(actor, id, "incident.review_assigned", incident =>
        {
            DemandReviewer(actor, incident);
            return incident.Reviewed(Unfinished(incident, version) with { OwnerId = owner.Id, OwnerName = owner.Name, DueAt = due, Version = version + 1 }, $"{owner.Name} writes the review until {due.UtcDateTime:yyyy-MM-dd HH:mm} UTC", actor, clock.Now());
        }, stop, ("owner", owner.Id), ("dueAt", due.ToString("o")));
    }

    /// <summary>Nothing is changed any more, but for the action items.</summary>
    /// <exception cref="InvalidInputException">Nobody wrote what happened, or why.</exception>
    public async Task<Incident> FinishReviewAsync(Actor actor, Guid id, int version, CancellationToken stop)
    {
        DemandReviewer(actor, await FindAsync(actor, id, stop));
        return await ChangeAsync(actor, id, "incident.review_finished", incident =>
        {
            DemandReviewer(actor, incident);
            var review = Unfinished(incident, version);
            if (review.Summary.Length == 0 || review.Cause.Length == 0)
                throw new InvalidInputException(review.Summary.Length == 0 ? "summary" : "cause", "is empty: a review says what happened and why before it is finished.");
            return incident.Reviewed(review with { FinishedAt = clock.Now(), FinishedByName = actor.Name, Version = version + 1 }, "The review is finished", actor, clock.Now());
        }, stop);
    }

    /// <summary>Whether the actor may finish the review and give it to somebody.</summary>
    public static bool MayFinish(Actor actor, Incident incident) =>
        actor.May(Permission.HandleIncidents, incident.SystemId) && (incident.Review?.OwnerId == actor.Id || actor.May(Permission.CommandIncidents, incident.SystemId));

    static Review Unfinished(Incident incident, int version)
    {
        if (incident.Review is not { } review || incident.Status != IncidentStatus.Resolved)
            throw new IncidentStateException("A review is written when the incident is resolved.");
        if (review.IsFinished)
            throw new IncidentStateException($"The review of {incident.Name} is finished.");
        return review.Version == version ? review : throw new StaleVersionException(version, review.Version);
    }

    static void DemandReviewer(Actor actor, Incident incident)
    {
        actor.Demand(Permission.HandleIncidents, incident.SystemId);
        if (MayFinish(actor, incident))
            return;
        actor.Refusals?.Note(actor, Permission.CommandIncidents.ToString(), incident.SystemId);
        throw new AccessDeniedException(Permission.CommandIncidents, incident.SystemId, $"{incident.Review?.OwnerName ?? "Nobody"} writes the review of {incident.Name}.");
    }
}
