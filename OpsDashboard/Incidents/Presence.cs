using System.Collections.Concurrent;
using OpsDashboard.Live;

namespace OpsDashboard.Incidents;

/// <summary>On the <see cref="LiveBus"/>: somebody opened or left the page of an incident.</summary>
public sealed record PresenceChanged(Guid IncidentId);

/// <summary>Who has the page of an incident open, in this process. Thread-safe.</summary>
public sealed class Presence(LiveBus bus)
{
    readonly ConcurrentDictionary<Guid, ConcurrentDictionary<Guid, string>> pages = new();

    /// <summary>The person is there until disposed.</summary>
    public IDisposable Enter(Guid incidentId, string personId)
    {
        var (page, own) = (Guid.NewGuid(), pages.GetOrAdd(incidentId, _ => new()));
        own[page] = personId;
        bus.Publish(new PresenceChanged(incidentId));
        return new Leave(() =>
        {
            own.TryRemove(page, out _);
            bus.Publish(new PresenceChanged(incidentId));
        });
    }

    public IReadOnlySet<string> Of(Guid incidentId) => pages.TryGetValue(incidentId, out var own) ? own.Values.ToHashSet() : new HashSet<string>();

    sealed class Leave(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
