using Microsoft.Extensions.Logging.Abstractions;
using OpsDashboard.Access;
using OpsDashboard.Alerts;
using OpsDashboard.Audit;
using OpsDashboard.Live;
using OpsDashboard.Live.Replicas;
using OpsDashboard.Storage;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Alerts;

public abstract class AlertStoreTests(StorageProvider provider)
{
    static readonly DateTimeOffset Now = FakeTimeProvider.DefaultStart;

    protected async Task Alert_Saved_ComesBackWhole_Core()
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var store = new AlertStore(database.Contexts);
        var alert = AnAlert.Of("Heap", labels: ("path", "/a\"ä")) with
        {
            Value = double.NaN,
            ValueAtTrigger = double.PositiveInfinity,
            For = TimeSpan.FromSeconds(5),
            Expression = "heap > 1",
            KeepFiringSince = Now,
            InhibitedBy = Guid.NewGuid(),
            FlapScore = 1.5,
        };
        await store.SaveAsync([new(AlertState.Inactive, alert with { State = AlertState.Pending, FiredAt = null }, Now), new(AlertState.Pending, alert, Now)], null, default);

        var read = Assert.Single(await store.FindAsync([alert.Id], default));
        Assert.Equal(alert with { Annotations = read.Annotations }, read);
        Assert.Equal(alert.Annotations, read.Annotations);
        var transitions = await store.TransitionsOfAsync(alert.Id, default);
        Assert.Equal([(AlertState.Inactive, AlertState.Pending), (AlertState.Pending, AlertState.Firing)], transitions.Select(one => (one.From, one.To)));
        Assert.True(double.IsNaN(transitions[0].Value));
        Assert.Equal(transitions[1].Sequence, await store.LastSequenceAsync(default));
        Assert.Equal([transitions[1].Sequence], (await store.TransitionsAfterAsync(transitions[0].Sequence, 10, default)).Select(one => one.Sequence));
    }

    protected async Task PendingNeverFired_IsForgotten_Core()
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var store = new AlertStore(database.Contexts);
        var alert = AnAlert.Of("Heap") with { State = AlertState.Pending, FiredAt = null };
        await store.SaveAsync([new(AlertState.Inactive, alert, Now)], null, default);
        Assert.Single(await store.OpenAsync(Now, default));
        await store.SaveAsync([new(AlertState.Pending, alert with { State = AlertState.Inactive }, Now)], null, default);

        Assert.Empty(await store.FindAsync([alert.Id], default));
        Assert.Equal(2, (await store.TransitionsOfAsync(alert.Id, default)).Count);
        await store.TidyAsync(Now.AddSeconds(1), default);
        Assert.Empty(await store.TransitionsOfAsync(alert.Id, default));
    }

    protected async Task OlderEpoch_IsRefused_Core()
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var store = new AlertStore(database.Contexts);
        var (first, never) = await store.TakeOverAsync(Now, default);
        Assert.Null(never);
        var (second, last) = await store.TakeOverAsync(Now.AddMinutes(1), default);
        Assert.Equal((first + 1, Now), (second, last));
        var change = new AlertChange(AlertState.Inactive, AnAlert.Of("Heap"), Now);
        await Assert.ThrowsAsync<EvaluatorReplacedException>(() => store.SaveAsync([change], first, default));
        await Assert.ThrowsAsync<EvaluatorReplacedException>(() => store.RefreshAsync([], null, first, Now, default));
        Assert.Empty(await store.OpenAsync(Now, default));

        await store.SaveAsync([change], second, default);
        await store.RefreshAsync([change.Now with { Value = 7 }, AnAlert.Of("NotStored")], [1, 2], second, Now.AddMinutes(2), default);
        Assert.Equal(7, Assert.Single(await store.OpenAsync(Now, default)).Value);
        Assert.Equal(new byte[] { 1, 2 }, await store.ReportAsync(default));
        Assert.Equal(1, (await store.FiringsByRuleAsync(change.Now.FiredAt!.Value, default))[change.Now.RuleId]);
        Assert.Empty(await store.FiringsByRuleAsync(change.Now.FiredAt!.Value.AddSeconds(1), default));
        Assert.Equal(Now.AddMinutes(2), (await store.TakeOverAsync(Now, default)).EvaluatedAt);
    }

    protected async Task History_FilteredAndPaged_LatestFirst_Core()
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var store = new AlertStore(database.Contexts);
        var alerts = Enumerable.Range(0, 6).Select(i => AnAlert.Of(i % 2 == 0 ? "Heap" : "Disk", i < 4 ? "shop" : "game") with
        {
            FiredAt = Now.AddMinutes(i),
            ResolvedAt = Now.AddMinutes(i + 1),
            State = AlertState.Resolved,
        }).ToArray();
        await store.SaveAsync([.. alerts.Select(alert => new AlertChange(AlertState.Inactive, alert, Now))], null, default);

        async Task<Guid[]> ReadAsync(AlertHistoryFilter filter, Guid? before = null, int limit = 10) => [.. (await store.HistoryAsync(filter, before, limit, default)).Select(alert => alert.Id)];
        Guid[] Ids(params int[] indexes) => [.. indexes.Select(index => alerts[index].Id)];
        Assert.Equal(Ids(5, 4, 3), await ReadAsync(new(), limit: 3));
        Assert.Equal(Ids(2, 1, 0), await ReadAsync(new(), before: alerts[3].Id));
        Assert.Equal(Ids(2, 0), await ReadAsync(new(RuleId: "shop/g/Heap")));
        Assert.Equal(Ids(3, 1), await ReadAsync(new(Fingerprint: alerts[1].Fingerprint)));
        Assert.Equal(Ids(5, 4), await ReadAsync(new(Systems: ["game"])));
        Assert.Equal(Ids(3, 2, 1), await ReadAsync(new(From: Now.AddMinutes(2), To: Now.AddMinutes(3))));
        Assert.Equal([Now.AddMinutes(4)], (await store.FiringsAsync(Now.AddMinutes(2), default))[alerts[4].Fingerprint]);
    }

    protected async Task Book_WhileTheDatabaseIsAway_ShowsAndStoresLater_Core()
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var bus = new LiveBus(NullLogger<LiveBus>.Instance);
        var stored = new TaskCompletionSource();
        using var follower = bus.Subscribe<AlertsChanged>(_ => stored.TrySetResult());
        var store = new AlertStore(database.Contexts);
        var book = new AlertBook(store, bus, new NoReplicas(), new FakeTimeProvider(), NullLogger<AlertBook>.Instance);
        var changes = 0;
        using var subscription = book.Subscribe(() => changes++);
        var alert = AnAlert.Of("Heap");

        await database.ExecuteAsync("ALTER TABLE stored_alert RENAME TO away");
        await book.RecordAsync([new(AlertState.Inactive, alert, Now)], [], null, default);
        Assert.Equal([alert], book.Current);
        Assert.NotNull(book.LastError);
        Assert.Equal(1, changes);
        Assert.False(stored.Task.IsCompleted);

        await database.ExecuteAsync("ALTER TABLE away RENAME TO stored_alert");
        await book.RecordAsync([], [alert with { Value = 2 }], null, default);
        Assert.Null(book.LastError);
        Assert.Equal(2, Assert.Single(book.Current).Value);
        Assert.Single(await store.FindAsync([alert.Id], default));
        await stored.Task.WaitAsync(TimeSpan.FromMinutes(1));
    }

    protected async Task Query_ShowsOnlyWhatTheActorMayRead_Core()
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var store = new AlertStore(database.Contexts);
        var book = new AlertBook(store, new LiveBus(NullLogger<LiveBus>.Instance), new NoReplicas(), new FakeTimeProvider(), NullLogger<AlertBook>.Instance);
        var query = new AlertQuery(book, store);
        var (shop, game, nobody) = (AnAlert.Of("Heap"), AnAlert.Of("Heap", "game"), AnAlert.Of("Watchdog", null));
        await book.RecordAsync([.. new[] { shop, game, nobody }.Select(alert => new AlertChange(AlertState.Inactive, alert, Now))], [], null, default);
        var ada = new Actor("ada", "Ada", ActorKind.Person, [new(Role.Viewer, "shop")]);

        Assert.Equal([shop.Id], query.Current(ada).Select(alert => alert.Id));
        Assert.Equal(3, query.Current(Actor.Program).Count);
        Assert.Equal(shop.Id, (await query.FindAsync(ada, shop.Id, default)).Id);
        Assert.Single(await query.TransitionsAsync(ada, shop.Id, default));
        await Assert.ThrowsAsync<NotFoundException>(async () => await query.FindAsync(ada, game.Id, default));
        await Assert.ThrowsAsync<NotFoundException>(async () => await query.FindAsync(ada, nobody.Id, default));
        await Assert.ThrowsAsync<NotFoundException>(() => query.TransitionsAsync(ada, game.Id, default));
        Assert.Equal([shop.Id], (await query.HistoryAsync(ada, new(), null, 10, default)).Select(alert => alert.Id));
        Assert.Empty(await query.HistoryAsync(ada, new(Systems: ["game"]), null, 10, default));
        Assert.Equal(3, (await query.HistoryAsync(Actor.Program, new(), null, 10, default)).Count);
        Assert.Throws<AccessDeniedException>(() => query.Current(Actor.Stranger(null)));
        await Assert.ThrowsAsync<AccessDeniedException>(async () => await query.FindAsync(Actor.Stranger(null), shop.Id, default));
    }
}

public sealed class SqliteAlertStoreTests() : AlertStoreTests(StorageProvider.Sqlite)
{
    [Fact]
    public Task Alert_Saved_ComesBackWhole() => Alert_Saved_ComesBackWhole_Core();

    [Fact]
    public Task PendingNeverFired_IsForgotten() => PendingNeverFired_IsForgotten_Core();

    [Fact]
    public Task OlderEpoch_IsRefused() => OlderEpoch_IsRefused_Core();

    [Fact]
    public Task History_FilteredAndPaged_LatestFirst() => History_FilteredAndPaged_LatestFirst_Core();

    [Fact]
    public Task Book_WhileTheDatabaseIsAway_ShowsAndStoresLater() => Book_WhileTheDatabaseIsAway_ShowsAndStoresLater_Core();

    [Fact]
    public Task Query_ShowsOnlyWhatTheActorMayRead() => Query_ShowsOnlyWhatTheActorMayRead_Core();
}

public sealed class PostgresAlertStoreTests() : AlertStoreTests(StorageProvider.Postgres)
{
    [PostgresFact]
    public Task Alert_Saved_ComesBackWhole() => Alert_Saved_ComesBackWhole_Core();

    [PostgresFact]
    public Task PendingNeverFired_IsForgotten() => PendingNeverFired_IsForgotten_Core();

    [PostgresFact]
    public Task OlderEpoch_IsRefused() => OlderEpoch_IsRefused_Core();

    [PostgresFact]
    public Task History_FilteredAndPaged_LatestFirst() => History_FilteredAndPaged_LatestFirst_Core();

    [PostgresFact]
    public Task Book_WhileTheDatabaseIsAway_ShowsAndStoresLater() => Book_WhileTheDatabaseIsAway_ShowsAndStoresLater_Core();

    [PostgresFact]
    public Task Query_ShowsOnlyWhatTheActorMayRead() => Query_ShowsOnlyWhatTheActorMayRead_Core();
}
