using OpsDashboard.Live;
using OpsDashboard.Live.Replicas;

namespace OpsDashboard.Incidents;

/// <summary>On the <see cref="LiveBus"/> of every replica, after the change is in the database. <see cref="Guid.Empty"/>: some incident, in another replica.</summary>
public sealed record IncidentChanged(Guid IncidentId, string SystemId);

/// <summary>Tells whoever follows incidents that one changed, here and in other replicas. Thread-safe.</summary>
public sealed class IncidentNews : IDisposable
{
    const string Topic = "incidents";

    readonly LiveBus bus;
    readonly IReplicaChannel replicas;
    readonly IDisposable ofOthers;

    public IncidentNews(LiveBus bus, IReplicaChannel replicas)
    {
        (this.bus, this.replicas) = (bus, replicas);
        ofOthers = replicas.Subscribe(Topic, () => bus.Publish(new IncidentChanged(Guid.Empty, "")));
    }

    public void Changed(Incident incident)
    {
        foreach (var system in incident.Systems)
            bus.Publish(new IncidentChanged(incident.Id, system));
        replicas.Publish(Topic);
    }

    public void Dispose() => ofOthers.Dispose();
}
