using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Logging.Abstractions;
using OpsDashboard.Alerts;
using OpsDashboard.Alerts.Notifications;
using OpsDashboard.Alerts.Notifications.Notifiers;
using OpsDashboard.Alerts.Notifications.Outbox;
using OpsDashboard.Alerts.Notifications.WebPush;
using OpsDashboard.Catalogue;
using OpsDashboard.Storage;
using OpsDashboard.Tests.Alerts.Handling;
using OpsDashboard.Tests.Alerts.Routing;
using OpsDashboard.Tests.Testing;

namespace OpsDashboard.Tests.Alerts.Notifications;

/// <summary>Routing, outbox and sender over a database of the test's own and real receivers on loopback, in virtual time.</summary>
sealed class NotificationRoom : IAsyncDisposable
{
    readonly Dispatcher dispatcher;
    readonly Escalation escalation;
    readonly Sender sender;
    readonly HttpSender http;
    readonly FixedCatalogue catalogue;

    public NotificationRoom(AlertRoom room, string routing, string? extras = null, NotificationOptions? options = null)
    {
        Options = options ?? new("https://ops.example.com");
        Alerts = room;
        catalogue = new(RoutingText.Snapshot(routing, extras));
        Leases = new(room.Database.Contexts, room.Clock);
        http = new(new(), room.Clock);
        var outbox = new OutboxWriter(room.Clock);
        Vapid = new(room.Database.Contexts, Protection, room.Clock);
        Subscriptions = new(room.Database.Contexts, Protection, room.Audit, room.Clock);
        INotifier[] notifiers = [new EmailNotifier(new()), new SlackNotifier(http), new PagerDutyNotifier(http), new HookNotifier(http), new PushNotifier(http, Subscriptions, Vapid)];
        dispatcher = new(room.Store, room.Database.Contexts, Leases, catalogue, outbox, new(room.Silences, room.Acknowledgements, [room.Mutes]), Options, room.Clock);
        escalation = new(room.Database.Contexts, Leases, catalogue, outbox, room.Clock);
        sender = new(room.Database.Contexts, Leases, catalogue, notifiers, Options, room.Bus, room.Clock, NullLogger<Sender>.Instance);
        Log = new(room.Database.Contexts, catalogue, outbox, room.Audit, room.Bus, room.Clock);
    }

    public static IDataProtectionProvider Protection { get; } = new EphemeralDataProtectionProvider();

    public NotificationOptions Options { get; }
    public ICatalogue Catalogue => catalogue;
    public AlertRoom Alerts { get; }
    public Leases Leases { get; }
    public NotificationLog Log { get; }
    public Vapid Vapid { get; }
    public PushSubscriptions Subscriptions { get; }
    public FakeTimeProvider Clock => Alerts.Clock;

    public static async Task<NotificationRoom> OpenAsync(string routing, string? extras = null, StorageProvider provider = StorageProvider.Sqlite, NotificationOptions? options = null) => new(await AlertRoom.OpenAsync(provider), routing, extras, options);

    /// <summary>What the host does each half second; waits until everything begun has ended.</summary>
    public async Task RoundAsync()
    {
        await BeginRoundAsync();
        await sender.IdleAsync().WaitAsync(Patience.Limit);
    }

    /// <summary>The same without waiting for what was begun.</summary>
    public async Task BeginRoundAsync()
    {
        if (await Leases.TryHoldAsync(NotificationHost.Lease, NotificationHost.LeaseLength, default) is not { } fence)
            return;
        await dispatcher.RoundAsync(fence, default);
        await escalation.RoundAsync(fence, default);
        await sender.RoundAsync(fence, default);
    }

    public Task DecideAsync(long fence) => dispatcher.RoundAsync(fence, default);

    public Task IdleAsync() => sender.IdleAsync().WaitAsync(Patience.Limit);

    public async Task AdvanceAsync(TimeSpan by)
    {
        Clock.Advance(by);
        await RoundAsync();
    }

    public async Task<IReadOnlyList<LoggedNotification>> LoggedAsync() => [.. (await Log.ListAsync(AlertRoom.Chief, null, 500, default)).Reverse()];

    public ValueTask DisposeAsync()
    {
        http.Dispose();
        return Alerts.DisposeAsync();
    }

    sealed class FixedCatalogue(CatalogueSnapshot snapshot) : ICatalogue
    {
        public CatalogueSnapshot Current => snapshot;

        public IDisposable Subscribe(Action<CatalogueSnapshot> changed) => throw new NotSupportedException();
    }
}
