using OpsDashboard.Audit;
using OpsDashboard.Incidents.Timeline;

namespace OpsDashboard.Incidents;

public sealed partial record Incident
{
    /// <summary>Somebody takes a role that nobody has; a responder is added beside the others.</summary>
    public Incident Taken(IncidentRole role, Actor by, DateTimeOffset at)
    {
        DemandOpen();
        if (Roles.Any(holder => holder.Role == role && holder.PersonId == by.Id))
            return this;
        if (role != IncidentRole.Responder && Holder(role) is { } holder)
            throw new IncidentStateException($"{holder.Name} is {IncidentWords.Of(role)}. It goes over when it is handed over and accepted.");
        return Held(role, by.Id, by.Name, at).AcknowledgedAtFirst(at).Said(EntryKind.Role, at, $"{by.Name} is {IncidentWords.Of(role)}", by);
    }

    /// <summary>Somebody is asked to take a role; who has it keeps it until that one accepts.</summary>
    public Incident Offered(IncidentRole role, string toId, string toName, Actor by, DateTimeOffset at)
    {
        DemandOpen();
        if (Roles.Any(holder => holder.Role == role && holder.PersonId == toId))
            throw new IncidentStateException($"{toName} is {IncidentWords.Of(role)} already.");
        var offer = new RoleOffer(role, toId, toName, by.Name, at);
        return (this with { Offers = [.. Offers.Where(other => other.Role != role || (role == IncidentRole.Responder && other.ToId != toId)), offer] })
            .Said(EntryKind.Role, at, $"{by.Name} asks {toName} to be {IncidentWords.Of(role)}", by);
    }

    /// <summary>Who was asked accepts: from now on he has it, and the one before no longer.</summary>
    public Incident Accepted(IncidentRole role, Actor by, DateTimeOffset at)
    {
        DemandOpen();
        if (Offers.FirstOrDefault(offer => offer.Role == role && offer.ToId == by.Id) is not { } offer)
            throw new IncidentStateException($"Nobody asks you to be {IncidentWords.Of(role)} any more.");
        var before = role == IncidentRole.Responder ? null : Holder(role);
        return (Held(role, by.Id, by.Name, at) with { Offers = [.. Offers.Where(other => other != offer)] }).AcknowledgedAtFirst(at)
            .Said(EntryKind.Role, at, before is null ? $"{by.Name} accepted: {IncidentWords.Of(role)}" : $"{by.Name} took over from {before.Name} as {IncidentWords.Of(role)} (accepted)", by);
    }

    public Incident OfferDeclined(IncidentRole role, string reason, Actor by, DateTimeOffset at)
    {
        DemandOpen();
        var offer = Offers.FirstOrDefault(offer => offer.Role == role && (offer.ToId == by.Id || IsCommandedBy(by.Id))) ?? throw new IncidentStateException($"Nobody asks you to be {IncidentWords.Of(role)} any more.");
        return (this with { Offers = [.. Offers.Where(other => other != offer)] })
            .Said(EntryKind.Role, at, $"{by.Name}: {offer.ToName} will not be {IncidentWords.Of(role)}{(reason.Length > 0 ? $", because {reason}" : "")}", by);
    }

    /// <summary>Gives a role back; nobody has it then.</summary>
    public Incident Left(IncidentRole role, Actor by, DateTimeOffset at)
    {
        DemandOpen();
        if (Roles.FirstOrDefault(holder => holder.Role == role && holder.PersonId == by.Id) is not { } own)
            throw new IncidentStateException($"You are not {IncidentWords.Of(role)}.");
        return (this with { Roles = [.. Roles.Where(holder => holder != own)] }).Said(EntryKind.Role, at, $"{by.Name} is no longer {IncidentWords.Of(role)}", by);
    }

    /// <summary>Investigating, mitigating, back again; ended by <see cref="Resolved"/>.</summary>
    public Incident Moved(IncidentStatus status, string note, Actor by, DateTimeOffset at)
    {
        DemandOpen();
        if (status == IncidentStatus.Resolved)
            throw new IncidentStateException("It is resolved by its own form, which asks for more.");
        return status == Status ? throw new IncidentStateException($"{Name} is {IncidentWords.Of(status)} already.")
            : (this with { Status = status }).Said(EntryKind.Status, at, $"{Capital(IncidentWords.Of(Status))} → {IncidentWords.Of(status)}: {note}", by);
    }

    /// <param name="updateEvery">The pace of updates at the new severity.</param>
    public Incident Rated(IncidentSeverity severity, string note, TimeSpan updateEvery, Actor by, DateTimeOffset at)
    {
        DemandOpen();
        if (severity == Severity)
            throw new IncidentStateException($"{Name} is {IncidentWords.Of(severity)} already.");
        var due = at + updateEvery;
        return (this with { Severity = severity, UpdateDueAt = UpdateDueAt < due ? UpdateDueAt : due }).Said(EntryKind.Severity, at, $"{Capital(IncidentWords.Of(Severity))} → {IncidentWords.Of(severity)}: {note}", by);
    }

    /// <param name="restoredAt">When users were no longer hit.</param>
    public Incident Resolved(string note, string cause, DateTimeOffset restoredAt, DateTimeOffset reviewDueAt, Actor by, DateTimeOffset at)
    {
        DemandOpen();
        if (restoredAt < ImpactBeganAt || restoredAt > at)
            throw new IncidentStateException("The impact ended after it began, and not in the future.");
        var owner = Holder(IncidentRole.Commander);
        return (this with
        {
            Status = IncidentStatus.Resolved,
            Resolution = new(at, by.Name, note, cause),
            UpdateDueAt = null,
            Offers = [],
            Clocks = [.. (Clocks.Count > 0 ? Clocks : [new(SystemId, OpenedAt)]).Select(clock => clock.RestoredAt is null ? clock with { RestoredAt = restoredAt < clock.BeganAt ? clock.BeganAt : restoredAt, IsEndSet = true } : clock)],
            Review = Review ?? new() { OwnerId = owner?.PersonId ?? by.Id, OwnerName = owner?.Name ?? by.Name, DueAt = reviewDueAt },
        }).Said(EntryKind.Status, at, $"{Capital(IncidentWords.Of(Status))} → resolved: {note}{(cause.Length > 0 ? $" Cause: {cause}" : " The cause is not known yet.")}", by);
    }

    public Incident Reopened(string note, TimeSpan updateEvery, Actor by, DateTimeOffset at)
    {
        if (MergedIntoName is { } other)
            throw new IncidentStateException($"{Name} went into {other}; go on there.");
        if (Status != IncidentStatus.Resolved)
            throw new IncidentStateException($"{Name} is open.");
        return (this with
        {
            Status = IncidentStatus.Investigating,
            Resolution = null,
            UpdateDueAt = at + updateEvery,
            Clocks = [.. Clocks.Select(clock => clock with { RestoredAt = null, IsEndSet = false })],
        }).Said(EntryKind.Status, at, $"Reopened: {note}", by);
    }

    public Incident ImpactSaid(string impact, DateTimeOffset? eta, Actor by, DateTimeOffset at)
    {
        DemandOpen();
        return impact == Impact && eta == Eta ? this
            : (this with { Impact = impact, Eta = eta }).Said(EntryKind.Impact, at, $"Impact: {(impact.Length > 0 ? impact : "nobody is hit")}{(eta is { } by2 ? $"; expected to be over at {by2.UtcDateTime:HH:mm} UTC" : "")}", by);
    }

    /// <summary>The impact began at another time than the first failed sample says, for a reason.</summary>
    public Incident BeganSet(string system, DateTimeOffset beganAt, string reason, Actor by, DateTimeOffset at)
    {
        var clock = Clocks.FirstOrDefault(clock => clock.SystemId == system) ?? throw new IncidentStateException($"{Name} has no clock of {system}.");
        if (beganAt > at || beganAt > clock.RestoredAt)
            throw new IncidentStateException("The impact began before it ended, and not in the future.");
        return (this with { Clocks = [.. Clocks.Select(one => one == clock ? one with { BeganAt = beganAt } : one)] })
            .Said(EntryKind.Impact, at, $"{system}: the impact began at {beganAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC, not {clock.BeganAt.UtcDateTime:HH:mm:ss}: {reason}", by);
    }

    public Incident BridgeSet(string? bridge, Actor by, DateTimeOffset at)
    {
        DemandOpen();
        return bridge == Bridge ? this : (this with { Bridge = bridge }).Said(EntryKind.Note, at, bridge is null ? "The bridge is closed" : $"People meet at {bridge}", by);
    }

    public Incident Noted(EntryKind kind, string text, Actor by, DateTimeOffset at) => Said(kind, at, text, by);

    /// <summary>What was proposed is not done now.</summary>
    public Incident PutOff(string key, string title, string reason, Actor by, DateTimeOffset at)
    {
        DemandOpen();
        return (this with { Declined = [.. Declined.Where(old => old.Key != key), new(key, at)] }).Said(EntryKind.Declined, at, $"Not now: {title}, because {reason}", by);
    }

    /// <summary>Others were told; also that it is over.</summary>
    public Incident Told(string text, TimeSpan updateEvery, Actor by, DateTimeOffset at, string? url = null)
    {
        if (MergedIntoId is not null)
            DemandOpen();
        return (this with { Updates = Updates + 1, UpdateDueAt = IsOpen ? at + updateEvery : null }).Said(EntryKind.Told, at, text, by, url);
    }

    /// <summary>It is the same as another one and goes on there.</summary>
    public Incident MergedInto(Incident other, string reason, Actor by, DateTimeOffset at)
    {
        DemandOpen();
        if (other.Id == Id)
            throw new IncidentStateException($"{Name} does not go into itself.");
        return (this with { MergedIntoId = other.Id, MergedIntoName = other.Name, UpdateDueAt = null, Offers = [] }).Said(EntryKind.Linked, at, $"Goes on as {other.Name}: {reason}", by, IncidentUrls.Incident(other.Id));
    }

    /// <summary>Another one went into this: its alerts and clocks come along.</summary>
    public Incident Absorbed(Incident other, string reason, Actor by, DateTimeOffset at)
    {
        DemandOpen();
        var alerts = Alerts.Concat(other.Alerts).DistinctBy(alert => alert.Id).ToArray();
        var clocks = Clocks.Concat(other.Clocks).GroupBy(clock => clock.SystemId)
            .Select(same => new ImpactClock(same.Key, same.Min(clock => clock.BeganAt), same.Any(clock => clock.RestoredAt is null) ? null : same.Max(clock => clock.RestoredAt))).ToArray();
        return (this with { Alerts = [.. alerts.Take(MostAlerts)], MoreAlerts = MoreAlerts + other.MoreAlerts + Math.Max(0, alerts.Length - MostAlerts), Clocks = clocks, Tasks = [.. Tasks, .. other.Tasks], Linked = [.. Linked.Append(other.Id).Distinct()] })
            .Said(EntryKind.Linked, at, $"{other.Name} ({other.Title}) came into this one: {reason}", by, IncidentUrls.Incident(other.Id));
    }

    public Incident LinkedTo(Incident other, Actor by, DateTimeOffset at)
    {
        if (other.Id == Id)
            throw new IncidentStateException($"{Name} has nothing to do with itself.");
        return Linked.Contains(other.Id) ? this : (this with { Linked = [.. Linked, other.Id] }).Said(EntryKind.Linked, at, $"Has to do with {other.Name}: {other.Title}", by, IncidentUrls.Incident(other.Id));
    }

    Incident Held(IncidentRole role, string id, string name, DateTimeOffset at) =>
        this with { Roles = [.. Roles.Where(holder => role == IncidentRole.Responder ? holder.Role != role || holder.PersonId != id : holder.Role != role), new(role, id, name, at)] };

    static string Capital(string words) => char.ToUpperInvariant(words[0]) + words[1..];
}
