using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using OpsDashboard.Alerts.Notifications;
using OpsDashboard.Alerts.Notifications.Notifiers;
using OpsDashboard.Alerts.Notifications.Outbox;
using OpsDashboard.Alerts.Notifications.WebPush;
using OpsDashboard.Audit;
using OpsDashboard.Live.Replicas;
using OpsDashboard.OnCall;
using OpsDashboard.OnCall.Paging;
using OpsDashboard.OnCall.Rotations;
using OpsDashboard.Storage;
using OpsDashboard.Tests.Alerts.Handling;
using OpsDashboard.Tests.Alerts.Notifications;
using OpsDashboard.Tests.Testing;

namespace OpsDashboard.Tests.OnCall.Paging;

/// <summary>Paging and sending as one process does them, over a database of the test's own and a real receiver on loopback, in virtual time.</summary>
sealed class PagingRoom : IAsyncDisposable
{
    static readonly NotificationOptions Options = new("https://ops.example.com");

    readonly Sender sender;
    readonly HttpSender http;
    readonly PagingRound round;
    readonly Leases leases;

    public PagingRoom(AlertRoom alerts, string plan, string routing)
    {
        Alerts = alerts;
        var (contexts, clock, catalogue) = (alerts.Database.Contexts, alerts.Clock, new FixedCatalogue(OnCallText.Snapshot(plan, routing)));
        leases = new(contexts, clock);
        http = new(new(), clock);
        var outbox = new OutboxWriter(clock);
        Book = new(catalogue);
        Pager = new(contexts, Book, alerts.Audit, alerts.Bus, clock);
        Own = new(contexts, Book, catalogue, outbox, alerts.Audit, alerts.Bus, clock);
        Shifts = new(contexts, Book, Own, alerts.Audit, alerts.Bus, new NoReplicas(), clock);
        INotifier[] notifiers = [new EmailNotifier(new()), new HookNotifier(http), new PushNotifier(http, new(contexts, NotificationRoom.Protection, alerts.Audit, clock), new(contexts, NotificationRoom.Protection, clock))];
        sender = new(contexts, leases, catalogue, notifiers, Options, alerts.Bus, clock, NullLogger<Sender>.Instance);
        round = new(new(alerts.Store, Book, new(alerts.Silences, alerts.Acknowledgements, [alerts.Mutes]), Options), contexts, leases, catalogue, new(Book, catalogue, new(outbox), clock), clock);
    }

    public AlertRoom Alerts { get; }
    public OnCallBook Book { get; }
    public Pager Pager { get; }
    public OwnPerson Own { get; }
    public ShiftBook Shifts { get; }
    public FakeTimeProvider Clock => Alerts.Clock;

    public static async Task<PagingRoom> OpenAsync(HttpSink sink, string? plan = null, StorageProvider provider = StorageProvider.Sqlite) =>
        new(await AlertRoom.OpenAsync(provider), plan ?? OnCallText.Plan, OnCallText.Routing(sink.Address));

    /// <summary>Another process over the same database.</summary>
    public PagingRoom Neighbour(HttpSink sink, string? plan = null) => new(Alerts, plan ?? OnCallText.Plan, OnCallText.Routing(sink.Address));

    /// <summary>What the hosts do each second; waits until everything begun has ended.</summary>
    public async Task LookAsync()
    {
        await DecideAsync();
        await SendAsync();
        // What came of it.
        await DecideAsync();
    }

    public async Task<PagingNews?> DecideAsync() =>
        await leases.TryHoldAsync(PagingRound.Lease, TimeSpan.FromSeconds(30), default) is { } fence ? await round.LookAsync(fence, default) : null;

    public async Task SendAsync()
    {
        if (await leases.TryHoldAsync(NotificationHost.Lease, TimeSpan.FromSeconds(30), default) is { } fence)
            await sender.RoundAsync(fence, default);
        await sender.IdleAsync().WaitAsync(Patience.Limit);
    }

    /// <summary>The process dies: others may go on at once.</summary>
    public async Task DieAsync()
    {
        await leases.ReleaseAsync(PagingRound.Lease, default);
        await leases.ReleaseAsync(NotificationHost.Lease, default);
    }

    public async Task AdvanceAsync(TimeSpan by)
    {
        Clock.Advance(by);
        await LookAsync();
    }

    public async Task<IReadOnlyList<SentPage>> PagesAsync()
    {
        await using var context = Alerts.Database.Contexts.CreateDbContext();
        return await context.Set<SentPage>().AsNoTracking().OrderBy(page => page.At).ThenBy(page => page.Id).ToListAsync();
    }

    public Task<PagingReport?> ReportAsync(Guid alertId) => Pager.OfAlertAsync(Actor.Program, alertId, default);

    public ValueTask DisposeAsync()
    {
        http.Dispose();
        return Alerts.DisposeAsync();
    }
}
