using OpsDashboard.Catalogue;
using OpsDashboard.Metrics.Collectors.Http;

namespace OpsDashboard.Metrics.Collectors.Json;

/// <param name="Document">Name under which the document is kept for the system's page; empty for none.</param>
/// <param name="BodySizeLimit">In bytes.</param>
public sealed record JsonOptions(string Document, IReadOnlyList<JsonMapping> Metrics, HttpAccess Access, long BodySizeLimit);

/// <summary>Reads a JSON document over HTTP: numbers by a mapping, the parts of a system and their state, and the document itself for the page.</summary>
public sealed class JsonKind(CollectorHttp http) : ICollectorKind
{
    const long DefaultBodySizeLimit = 4 << 20;

    public string Kind => "json";

    public object ReadOptions(YamlMap target)
    {
        var limit = target.Text("body_size_limit");
        if (limit is not null && SizeText.TryParse(limit) is null or 0)
            target.Report("body_size_limit", $"`body_size_limit: {limit}` is not a size.", "Write for example `1MB`.");
        return new JsonOptions(target.Text("document") ?? target.Text("job_name") ?? "", JsonMapping.Read(target), HttpAccess.Read(target), limit is null ? DefaultBodySizeLimit : SizeText.TryParse(limit) ?? DefaultBodySizeLimit);
    }

    public string? RejectAddress(string address) => HttpAddress.TryCreate(address) is null ? "it is no http address." : null;

    public ICollector Create(Target target) => new JsonCollector(HttpAddress.TryCreate(target.Address)!, (JsonOptions)target.Options, http);
}
