using OpsDashboard.Catalogue;
using OpsDashboard.Catalogue.Reading;

namespace OpsDashboard.Tests.Catalogue;

/// <summary>A valid catalogue of one system in memory, of which a test breaks one thing.</summary>
sealed class CatalogueText
{
    public const string System = """
        id: shop
        name: Shop
        short: SH
        components:
          - { id: api, name: API, kind: api, dependsOn: [database] }
          - { id: database, name: Database, kind: database }
        """;

    public const string Targets = """
        scrape_configs:
          - job_name: shop-api
            component: api
            static_configs:
              - targets: ["${shop_api}"]
        """;

    readonly Dictionary<string, string> files = new()
    {
        ["environments/test.yml"] = "variables: { shop_api: \"127.0.0.1:9100\" }",
        ["shop/system.yml"] = System,
        ["shop/targets.yml"] = Targets,
    };

    public CatalogueText With(string path, string text)
    {
        files[path] = text;
        return this;
    }

    public CatalogueText Without(string path)
    {
        files.Remove(path);
        return this;
    }

    public CatalogueText Targeting(string yaml) => With("shop/targets.yml", yaml);

    public CatalogueFiles Files => new(files, []);

    public CatalogueReading Read(Dictionary<string, string>? overrides = null, string environment = "test", params ICatalogueDocument[] documents) =>
        new CatalogueReader(FakeKind.All, documents).Read(Files, environment, overrides ?? []);

    public IEnumerable<string> Problems(params ICatalogueDocument[] documents) => Read(documents: documents).Problems.Select(problem => problem.ToString());
}

/// <summary>A kind of target that reads one key of its own.</summary>
sealed class FakeKind(string kind, bool needsAddress = true) : ITargetKind
{
    public static readonly ITargetKind[] All = [new FakeKind("prometheus"), new FakeKind("http"), new FakeKind("self", needsAddress: false)];

    public string Kind => kind;

    public bool NeedsAddress => needsAddress;

    public object ReadOptions(YamlMap target) => target.Text("metrics_path") ?? "/metrics";

    public string? RejectAddress(string address) => address.Contains(' ') ? "it holds a space." : null;
}
