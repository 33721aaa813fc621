using OpsDashboard.Access;
using OpsDashboard.Alerts;
using OpsDashboard.Alerts.Notifications;
using OpsDashboard.Alerts.Story;
using OpsDashboard.Catalogue;
using OpsDashboard.Incidents;
using OpsDashboard.Incidents.Scribe;
using OpsDashboard.Incidents.Store;
using OpsDashboard.Live.Replicas;
using OpsDashboard.Metrics.PromQl;
using OpsDashboard.OnCall.Paging;
using OpsDashboard.Runbooks.Store;
using OpsDashboard.Storage;
using OpsDashboard.Tests.Alerts.Handling;
using OpsDashboard.Tests.Testing;

namespace OpsDashboard.Tests.Incidents;

/// <summary>Incidents beside alerts, over a database of the test's own, driven by hand in virtual time.</summary>
sealed class IncidentRoom : IAsyncDisposable
{
    readonly IncidentNews news;

    IncidentRoom(AlertRoom alerts, string yaml)
    {
        (Alerts, Catalogue) = (alerts, IncidentText.Catalogue(yaml));
        news = new(alerts.Bus, new NoReplicas());
        Store = new(alerts.Database.Contexts, alerts.Audit, alerts.Clock);
        Desk = new(Store, new(alerts.Book, alerts.Store), alerts.Acknowledgements, Catalogue, new(alerts.Database.Contexts), news, alerts.Clock);
        Scribe = new(Store, alerts.Store, alerts.Handled, Catalogue, news, alerts.Clock);
        Runs = new(alerts.Database.Contexts, alerts.Audit, new(alerts.Database.Contexts, alerts.Clock));
        Events = new(Store, Runs, new(alerts.Database.Contexts, Catalogue, new(alerts.Clock), alerts.Audit, alerts.Bus, alerts.Clock), new Pager(alerts.Database.Contexts, new(Catalogue), alerts.Audit, alerts.Bus, alerts.Clock), alerts.Handled, alerts.Store, new Readings(new PromQlEngine(new FakeSamples(), alerts.Clock), Catalogue, alerts.Clock), [Changes], news, alerts.Clock);
    }

    public AlertRoom Alerts { get; }
    public ICatalogue Catalogue { get; }
    public IncidentStore Store { get; }
    public IncidentDesk Desk { get; }
    public AlertScribe Scribe { get; }
    public EventScribe Events { get; }
    public RunStore Runs { get; }
    public FixedChanges Changes { get; } = new();

    public static async Task<IncidentRoom> OpenAsync(StorageProvider provider = StorageProvider.Sqlite, string yaml = IncidentText.Valid) => new(await AlertRoom.OpenAsync(provider), yaml);

    /// <summary>Another process over the same database.</summary>
    public async Task<IncidentRoom> NeighbourAsync() => new(await Alerts.NeighbourAsync(), IncidentText.Valid);

    public async Task<Incident> OneAsync() => (await Store.ListAsync(new(), null, 10, default)).Single();

    public async Task<IReadOnlyList<string>> LinesAsync(Incident incident) => [.. (await Store.TimelineAsync(incident.Id, null, 1000, default)).Reverse().Select(entry => entry.Text)];

    public async ValueTask DisposeAsync()
    {
        news.Dispose();
        await Alerts.DisposeAsync();
    }
}

/// <summary>Changes that a test names.</summary>
sealed class FixedChanges : IWhatChanged
{
    public List<ChangeBefore> All { get; } = [];

    public Task<IReadOnlyList<ChangeBefore>> ReadAsync(OpsDashboard.Audit.Actor actor, string? systemId, DateTimeOffset from, DateTimeOffset to, CancellationToken stop) =>
        Task.FromResult<IReadOnlyList<ChangeBefore>>([.. All.Where(change => change.At >= from && change.At <= to)]);
}
