using OpsDashboard.Alerts.Routing;
using OpsDashboard.Catalogue;
using OpsDashboard.Catalogue.Reading;
using OpsDashboard.OnCall.Roster;

namespace OpsDashboard.Tests.OnCall;

/// <summary>Reads an on-call plan as the catalogue would.</summary>
static class OnCallText
{
    /// <summary>Ana, then Ben, then the whole team; by a hook each.</summary>
    public const string Plan = """
        people:
          - { id: ana, name: Ana, account: ana@example.com, phone: "+49 30 1", methods: ["receiver:ana"] }
          - { id: ben, name: Ben, account: ben@example.com, methods: ["receiver:ben"] }
          - { id: cy, name: Cy, account: cy@example.com, methods: ["receiver:cy"] }
        teams:
          - { id: all, name: Everybody, members: [ana, cy] }
        schedules:
          - { id: first, name: First, timeZone: Europe/Berlin, rotations: [{ members: [ana], length: week, handOver: "09:00", weekday: monday }] }
        policies:
          - id: timed
            name: By time
            levels: [{ schedule: first }, { after: 30m, person: ben }, { after: 2h, team: all }]
        """;

    public static string Routing(string address) => $$"""
        route: { receiver: nobody }
        receivers:
          - { name: nobody }
          - { name: ana, webhook_configs: [{ url: '{{address}}/ana' }] }
          - { name: ben, webhook_configs: [{ url: '{{address}}/ben' }] }
          - { name: cy, webhook_configs: [{ url: '{{address}}/cy' }] }
        """;

    public static string System(string escalation = "[{ policy: timed }]") => $$"""
        id: shop
        name: Shop
        short: SH
        components: [{ id: api, name: API, kind: api }, { id: db, name: Database, kind: database }]
        escalation: {{escalation}}
        """;

    public static CatalogueReading Read(string plan, string? routing = null, string? system = null)
    {
        var texts = new Dictionary<string, string> { ["environments/test.yml"] = "variables: { mail: ops@example.com }", ["oncall.yml"] = plan, ["alertmanager.yml"] = routing ?? Routing("http://127.0.0.1:1"), ["shop/system.yml"] = system ?? System() };
        return new CatalogueReader([], [], rootDocuments: [new RoutingFile(), new ReceiverExtrasFile(), new OnCallFile()]).Read(new(texts, []), "test", new Dictionary<string, string>());
    }

    public static CatalogueSnapshot Snapshot(string plan, string? routing = null, string? system = null)
    {
        var reading = Read(plan, routing, system);
        var problems = reading.Problems.Where(problem => !problem.IsWarning).ToArray();
        return problems.Length > 0 ? throw new InvalidOperationException(string.Join('\n', problems.Select(problem => problem.ToString()))) : new(1, "", "test", reading.Systems, []) { Documents = reading.Documents };
    }
}
