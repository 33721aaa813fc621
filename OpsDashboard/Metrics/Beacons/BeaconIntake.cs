using System.Collections.Concurrent;
using OpsDashboard.Catalogue;

namespace OpsDashboard.Metrics.Beacons;

/// <summary>Finds whose beacon it is by its write key. Thread-safe.</summary>
public sealed class BeaconIntake(TimeProvider clock)
{
    readonly ConcurrentDictionary<string, BeaconSite> sites = new();

    public BeaconSite? Find(string? writeKey) => writeKey is not null && sites.TryGetValue(writeKey, out var site) ? site : null;

    /// <exception cref="InvalidOperationException">Another target has the same write key.</exception>
    public BeaconSite Open(Target target)
    {
        var options = (BeaconOptions)target.Options;
        var site = new BeaconSite(options, clock);
        return sites.TryAdd(options.WriteKey, site)
            ? site
            : throw new InvalidOperationException($"the write key {options.WriteKey} belongs to another target");
    }

    public void Close(BeaconSite site) => sites.TryRemove(new(site.Options.WriteKey, site));
}
