using OpsDashboard.Catalogue;
using OpsDashboard.Catalogue.Reading;
using OpsDashboard.Incidents.Reading;
using OpsDashboard.Metrics.PromQl;
using OpsDashboard.Tests.Catalogue;

namespace OpsDashboard.Tests.Incidents;

/// <summary>Reads an incidents.yml as the catalogue does.</summary>
static class IncidentText
{
    public const string Valid = """
        open:
          - { matchers: ['severity="critical"'], severity: critical, template: outage }
        updates: { critical: 10m }
        roles: { critical: [commander, scribe] }
        bridge: https://meet.example.com/ops
        templates:
          - id: outage
            title: Outage
            phases:
              - name: Assess
                steps:
                  - { text: Look }
                  - { text: Say who is hit }
              - name: Close
                steps:
                  - { text: Tell users }
        """;

    public static CatalogueReading Read(string yaml) =>
        new CatalogueReader(FakeKind.All, [new IncidentFile()], new PromQlSyntax()).Read(
            new CatalogueText().With("shop/system.yml", CatalogueText.System + "\nrto: { critical: 1h, important: 4h }").With("shop/incidents.yml", yaml + "\n").Files, "test", new Dictionary<string, string>());

    public static IEnumerable<string> Problems(string yaml) => Read(yaml).Problems.Select(problem => problem.ToString());

    public static ICatalogue Catalogue(string yaml = Valid) => new FixedCatalogue(yaml);

    sealed class FixedCatalogue(string yaml) : ICatalogue
    {
        public CatalogueSnapshot Current { get; } = new(1, "", "test", Read(yaml).Systems, []);

        public IDisposable Subscribe(Action<CatalogueSnapshot> changed) => new Nothing();

        sealed class Nothing : IDisposable
        {
            public void Dispose()
            {
            }
        }
    }
}
