using OpsDashboard.Catalogue;
using OpsDashboard.Catalogue.Reading;
using OpsDashboard.Incidents;
using OpsDashboard.Incidents.Public;
using OpsDashboard.Incidents.Reading;
using OpsDashboard.Incidents.Scribe;
using OpsDashboard.Incidents.Store;
using OpsDashboard.Incidents.Telling;
using OpsDashboard.Live.Replicas;
using OpsDashboard.Metrics.PromQl;
using OpsDashboard.Storage;
using OpsDashboard.Tests.Alerts.Handling;
using OpsDashboard.Tests.Alerts.Notifications;
using OpsDashboard.Tests.Alerts.Routing;
using OpsDashboard.Tests.Catalogue;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Incidents;

/// <summary>Updates over a database of the test's own and a real mail server on loopback, in virtual time. The templates are those that ship for the D&amp;D Companion.</summary>
sealed class TellingRoom : IAsyncDisposable
{
    readonly IncidentNews news;

    TellingRoom(AlertRoom alerts)
    {
        var routing = $$"""
            route: { receiver: users }
            receivers:
              - { name: users, email_configs: [{ to: 'users@example.com', smarthost: '127.0.0.1:{{Mails.Port}}', from: dash@example.com, require_tls: false }] }
              - { name: dd-devops, email_configs: [{ to: 'devops@company.com', smarthost: '127.0.0.1:{{Mails.Port}}', from: dash@example.com, require_tls: false }] }
            """;
        var reading = Read(Shipped("service-degradation"), Shipped("scheduled-maintenance"), Shipped("team-update"));
        Assert.Empty(reading.Problems);
        Catalogue = new FixedCatalogue(new(1, "", "test", reading.Systems, []) { Documents = RoutingText.Snapshot(routing).Documents });
        Alerts = alerts;
        Outgoing = new(alerts, routing);
        news = new(alerts.Bus, new NoReplicas());
        Store = new(alerts.Database.Contexts, alerts.Audit, alerts.Clock);
        Desk = new(Store, new(alerts.Book, alerts.Store), alerts.Acknowledgements, Catalogue, new(alerts.Database.Contexts), news, alerts.Clock);
        Updates = new(Desk, Store, alerts.Silences, new(Catalogue), new(Catalogue, alerts.Database.Contexts, new(alerts.Clock), alerts.Bus, alerts.Clock), Catalogue, alerts.Database.Contexts, alerts.Audit, AlertRoom.Options, news, alerts.Bus, alerts.Clock);
        Status = new(Store, alerts.Database.Contexts, Catalogue, alerts.Clock);
        Events = new(Store, new(alerts.Database.Contexts, alerts.Audit, new(alerts.Database.Contexts, alerts.Clock)), Outgoing.Log, new OpsDashboard.OnCall.Paging.Pager(alerts.Database.Contexts, new(Catalogue), alerts.Audit, alerts.Bus, alerts.Clock), alerts.Handled, alerts.Store, new OpsDashboard.Alerts.Story.Readings(new PromQlEngine(new FakeSamples(), alerts.Clock), Catalogue, alerts.Clock), [], news, alerts.Clock);
    }

    public SmtpSink Mails { get; } = new();
    public AlertRoom Alerts { get; }
    public ICatalogue Catalogue { get; }
    public NotificationRoom Outgoing { get; }
    public IncidentStore Store { get; }
    public IncidentDesk Desk { get; }
    public UpdateDesk Updates { get; }
    public PublicStatus Status { get; }
    public EventScribe Events { get; }

    public static async Task<TellingRoom> OpenAsync(StorageProvider provider = StorageProvider.Sqlite) => new(await AlertRoom.OpenAsync(provider));

    public static string Shipped(string template) => $"templates/{template}.yml\n" + File.ReadAllText(Path.Combine(RoutingText.ShippedFolder, "dnd-companion", "templates", $"{template}.yml"));

    /// <param name="files">Each begins with its path in the system's folder, in a line of its own.</param>
    public static CatalogueReading Read(params string[] files)
    {
        var text = new CatalogueText().With("shop/system.yml", CatalogueText.System).With("shop/incidents.yml", IncidentText.Valid + "\n");
        foreach (var file in files)
            text = text.With($"shop/{file.Split('\n')[0]}", file[(file.IndexOf('\n') + 1)..]);
        return new CatalogueReader(FakeKind.All, [new IncidentFile()], new PromQlSyntax(), folders: [new TemplateFolder()]).Read(text.Files, "test", new Dictionary<string, string>());
    }

    public async Task<Incident> IncidentAsync() => (await Desk.OpenAsync(AlertRoom.Ada, new("k1", "shop", Title: "api-7 is down", Severity: IncidentSeverity.Critical, ComponentId: "api", Impact: "Nobody can <b>pay</b>"), default)).Incident;

    public async Task<IReadOnlyList<string>> LinesAsync(Incident incident) => [.. (await Store.TimelineAsync(incident.Id, null, 1000, default)).Reverse().Select(entry => entry.Text)];

    public async ValueTask DisposeAsync()
    {
        news.Dispose();
        await Outgoing.DisposeAsync();
        await Mails.DisposeAsync();
    }
}
