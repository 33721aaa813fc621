using Microsoft.Extensions.Logging.Abstractions;
using OpsDashboard.Access;
using OpsDashboard.Alerts;
using OpsDashboard.Alerts.Handling;
using OpsDashboard.Alerts.Notifications;
using OpsDashboard.Alerts.Silences;
using OpsDashboard.Audit;
using OpsDashboard.Live;
using OpsDashboard.Live.Replicas;
using OpsDashboard.Storage;
using OpsDashboard.Tests.Testing;

namespace OpsDashboard.Tests.Alerts.Handling;

/// <summary>Alerts over a database of the test's own, with what people make of them.</summary>
public sealed class AlertRoom : IAsyncDisposable
{
    public static readonly Actor Ada = Person("ada", Role.Responder, "shop"), Bob = Person("bob", Role.Responder, "shop"), Viewer = Person("vera", Role.Viewer, null), Chief = Person("chief", Role.Admin, null);

    AlertRoom(TestDatabase database, FakeTimeProvider clock)
    {
        (Database, Clock) = (database, clock);
        Audit = new(database.Contexts, clock);
        Store = new(database.Contexts);
        Book = new(Store, Bus, new NoReplicas(), clock, NullLogger<AlertBook>.Instance);
        Acknowledgements = new(Book, database.Contexts, Audit, Bus, new NoReplicas(), clock);
        Silences = new(Book, database.Contexts, Audit, Bus, new NoReplicas(), Options, clock);
        Handled = new(new(Book, Store), Acknowledgements, Silences, Options, [Mutes]);
    }

    public static NotificationOptions Options { get; } = new("https://ops.example.com") { ExternalLabels = new Dictionary<string, string> { ["region"] = "eu" } };

    public TestDatabase Database { get; }
    public FakeTimeProvider Clock { get; }
    internal AuditLog Audit { get; }
    public LiveBus Bus { get; } = new(NullLogger<LiveBus>.Instance);
    public AlertStore Store { get; }
    public AlertBook Book { get; }
    public Acknowledgements Acknowledgements { get; }
    public SilenceBook Silences { get; }
    public HandledAlerts Handled { get; }
    public FixedMutes Mutes { get; } = new();

    public static Task<AlertRoom> OpenAsync(StorageProvider provider = StorageProvider.Sqlite) => OpenAsync(provider, null);

    /// <summary>Another process over the same database.</summary>
    public Task<AlertRoom> NeighbourAsync() => OpenAsync(Database.Options.Provider, this);

    public Task FireAsync(params Alert[] alerts) =>
        Book.RecordAsync([.. alerts.Select(alert => new AlertChange(AlertState.Pending, alert, Clock.GetUtcNow()))], [], null, default);

    public Task ResolveAsync(params Alert[] alerts) =>
        Book.RecordAsync([.. alerts.Select(alert => new AlertChange(AlertState.Firing, alert with { State = AlertState.Resolved, ResolvedAt = Clock.GetUtcNow() }, Clock.GetUtcNow()))], [], null, default);

    public async Task<IReadOnlyList<string>> AuditedAsync()
    {
        await using var context = Database.Contexts.CreateDbContext();
        return [.. context.Set<AuditEntry>().OrderBy(entry => entry.Sequence).Select(entry => entry.Action).ToList()];
    }

    public async ValueTask DisposeAsync()
    {
        await Audit.DisposeAsync();
        await Database.DisposeAsync();
    }

    static Actor Person(string name, Role role, string? system) => new(name, name, ActorKind.Person, [new(role, system)]);

    static async Task<AlertRoom> OpenAsync(StorageProvider provider, AlertRoom? beside)
    {
        var room = new AlertRoom(beside?.Database ?? await TestDatabase.CreateAsync(provider), beside?.Clock ?? new());
        if (beside is not null)
            await room.Book.LoadAsync(DateTimeOffset.MinValue.AddYears(2000), default);
        return room;
    }
}
