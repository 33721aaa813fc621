using OpsDashboard.Catalogue;
using OpsDashboard.Metrics.Collectors.Http;

namespace OpsDashboard.Metrics.Collectors.Probes;

/// <summary>Probes an address over HTTP, on a fresh connection each time as curl does.</summary>
public sealed class HttpProbeKind(ProbeHttp http) : ICollectorKind
{
    public string Kind => "http";

    public object ReadOptions(YamlMap target) => HttpProbeOptions.Read(target);

    public string? RejectAddress(string address) => HttpAddress.TryCreate(address) is null ? "it is no http address." : null;

    public ICollector Create(Target target) => new HttpProbe(HttpAddress.TryCreate(target.Address)!, (HttpProbeOptions)target.Options, http);
}
