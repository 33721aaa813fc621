using OpsDashboard.Access;
using OpsDashboard.Alerts.Silences;
using OpsDashboard.Audit;
using OpsDashboard.Storage;
using OpsDashboard.Tests.Alerts.Handling;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Alerts.Silences;

public abstract class SilenceBookTests(StorageProvider provider)
{
    protected static SilenceInput Input(params string[] matchers) => new(matchers, null, FakeTimeProvider.DefaultStart.AddHours(2), "deploying");

    protected async Task Silence_Created_HoldsEverywhereUntilItsEnd_Core()
    {
        await using var room = await AlertRoom.OpenAsync(provider);
        var (heap, disk, game) = (AnAlert.Of("Heap"), AnAlert.Of("Disk", severity: "warning"), AnAlert.Of("Heap", "game"));
        await room.FireAsync(heap, disk, game);

        var silence = await room.Silences.CreateAsync(AlertRoom.Ada, Input("system=\"shop\"", "severity=~\"crit.*\""), default);

        Assert.Equal([heap.Id], room.Handled.Current(AlertRoom.Viewer).Where(one => one.IsSilenced).Select(one => one.Alert.Id));
        var neighbour = await room.NeighbourAsync();
        await neighbour.Silences.LoadAsync(default);
        var read = Assert.Single(neighbour.Silences.Active);
        Assert.Equal(("ada", "deploying", "shop"), (read.CreatorName, read.Reason, read.SystemId));
        Assert.Equal(silence.Matchers, read.Matchers);
        room.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Empty(room.Silences.Active);
        Assert.DoesNotContain(room.Handled.Current(AlertRoom.Viewer), one => one.IsSilenced);
        Assert.Equal(SilenceState.Expired, Assert.Single(room.Silences.Current(AlertRoom.Viewer)).StateAt(room.Clock.GetUtcNow()));
    }

    protected async Task Silence_ExpiredEarly_HoldsNoLonger_Core()
    {
        await using var room = await AlertRoom.OpenAsync(provider);
        var silence = await room.Silences.CreateAsync(AlertRoom.Ada, Input("system=shop"), default);
        room.Clock.Advance(TimeSpan.FromMinutes(1));

        var expired = await room.Silences.ExpireAsync(AlertRoom.Bob, silence.Id, default);
        Assert.Equal(room.Clock.GetUtcNow(), expired.EndsAt);
        Assert.Equal(expired.Version, (await room.Silences.ExpireAsync(AlertRoom.Bob, silence.Id, default)).Version);
        Assert.Empty(room.Silences.Active);
        await Assert.ThrowsAsync<InvalidInputException>(() => room.Silences.ChangeAsync(AlertRoom.Ada, silence.Id, expired.Version, Input("system=shop"), default));
        Assert.Equal(["silence.created", "silence.expired"], await room.AuditedAsync());
    }

    protected async Task TwoChanges_OneWins_Core()
    {
        await using var room = await AlertRoom.OpenAsync(provider);
        var silence = await room.Silences.CreateAsync(AlertRoom.Ada, Input("system=shop"), default);

        var changed = await room.Silences.ChangeAsync(AlertRoom.Bob, silence.Id, silence.Version, Input("system=shop", "alertname=Heap") with { Reason = "only the heap" }, default);
        Assert.Equal((2, "only the heap", silence.StartsAt), (changed.Matchers.Count, changed.Reason, changed.StartsAt));
        await Assert.ThrowsAsync<StaleVersionException>(() => room.Silences.ChangeAsync(AlertRoom.Ada, silence.Id, silence.Version, Input("system=shop"), default));
        Assert.Equal(changed.Version, (await room.Silences.FindAsync(AlertRoom.Ada, silence.Id, default)).Version);
    }

    protected async Task WeeklySilence_HoldsInItsWindowsOnly_Core()
    {
        await using var room = await AlertRoom.OpenAsync(provider);
        var weekly = new WeeklyWindow([DayOfWeek.Saturday], new(3, 0), new(5, 0), "UTC");
        var input = Input("system=shop") with { EndsAt = FakeTimeProvider.DefaultStart.AddDays(10), Weekly = weekly, Kind = SilenceKind.Maintenance };
        var silence = await room.Silences.CreateAsync(AlertRoom.Ada, input, default);

        var saturday = new DateTimeOffset(2026, 11, 21, 3, 0, 0, TimeSpan.Zero);
        Assert.Equal((saturday, saturday.AddHours(2)), silence.NextAt(room.Clock.GetUtcNow()));
        Assert.Empty(room.Silences.Active);
        room.Clock.Advance(TimeSpan.FromHours(25));
        await room.Silences.LoadAsync(default);
        Assert.Equal(SilenceKind.Maintenance, Assert.Single(room.Silences.Active).Kind);
        Assert.Equal(weekly.TimeZone, room.Silences.Active[0].Weekly!.TimeZone);
        room.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Empty(room.Silences.Active);
        Assert.Null(silence.NextAt(saturday.AddDays(8)));
    }
}

public sealed class SqliteSilenceBookTests() : SilenceBookTests(StorageProvider.Sqlite)
{
    [Fact]
    public Task Silence_Created_HoldsEverywhereUntilItsEnd() => Silence_Created_HoldsEverywhereUntilItsEnd_Core();

    [Fact]
    public Task Silence_ExpiredEarly_HoldsNoLonger() => Silence_ExpiredEarly_HoldsNoLonger_Core();

    [Fact]
    public Task TwoChanges_OneWins() => TwoChanges_OneWins_Core();

    [Fact]
    public Task WeeklySilence_HoldsInItsWindowsOnly() => WeeklySilence_HoldsInItsWindowsOnly_Core();

    [Fact]
    public async Task Preview_ListsWhatTheActorMayRead_AndCountsTheRest()
    {
        await using var room = await AlertRoom.OpenAsync();
        var (heap, game, over) = (AnAlert.Of("Heap"), AnAlert.Of("Heap", "game"), AnAlert.Of("Disk"));
        await room.FireAsync(heap, game, over);
        await room.ResolveAsync(over);

        var preview = room.Silences.Preview(AlertRoom.Ada, new(["alertname=~\".+\""], null, null, null));
        Assert.Equal([heap.Id], preview.Alerts.Select(alert => alert.Id));
        Assert.Equal(1, preview.Others);
        Assert.Throws<InvalidInputException>(() => room.Silences.Preview(AlertRoom.Ada, new(["alertname=~\"(\""], null, null, null)));
    }

    [Fact]
    public async Task SilenceOverMoreThanOnesSystem_IsRefused()
    {
        await using var room = await AlertRoom.OpenAsync();
        await Assert.ThrowsAsync<AccessDeniedException>(() => room.Silences.CreateAsync(AlertRoom.Ada, Input("severity=critical"), default));
        await Assert.ThrowsAsync<AccessDeniedException>(() => room.Silences.CreateAsync(AlertRoom.Ada, Input("system=~\"shop|game\""), default));
        await Assert.ThrowsAsync<AccessDeniedException>(() => room.Silences.CreateAsync(AlertRoom.Viewer, Input("system=shop"), default));
        var all = await room.Silences.CreateAsync(AlertRoom.Chief, Input("severity=critical"), default);
        await Assert.ThrowsAsync<AccessDeniedException>(() => room.Silences.ExpireAsync(AlertRoom.Ada, all.Id, default));
        var mine = await room.Silences.CreateAsync(AlertRoom.Ada, Input("system=shop"), default);
        await Assert.ThrowsAsync<AccessDeniedException>(() => room.Silences.ChangeAsync(AlertRoom.Ada, mine.Id, mine.Version, Input("severity=critical"), default));
        var stranger = new Actor("eve", "Eve", ActorKind.Person, [new(Role.Responder, "game")]);
        await Assert.ThrowsAsync<NotFoundException>(() => room.Silences.FindAsync(stranger, mine.Id, default));
        await Assert.ThrowsAsync<NotFoundException>(() => room.Silences.ExpireAsync(stranger, mine.Id, default));
    }

    [Fact]
    public async Task BadInput_NamesEveryProblem()
    {
        await using var room = await AlertRoom.OpenAsync();
        var input = new SilenceInput(["system=shop", "a=~\"(\""], null, room.Clock.GetUtcNow(), " ", new([], new(1, 0), new(2, 0), "Nowhere"));
        var refused = await Assert.ThrowsAsync<InvalidInputException>(() => room.Silences.CreateAsync(AlertRoom.Ada, input, default));
        Assert.Equal(["matchers[1]", "reason", "endsAt", "weekly.days", "weekly.timeZone"], refused.Problems.Select(problem => problem.Field));
        var everything = await Assert.ThrowsAsync<InvalidInputException>(() => room.Silences.CreateAsync(AlertRoom.Chief, Input("nosuch!=x"), default));
        Assert.Contains("everything", everything.Message);
        Assert.Empty(await room.AuditedAsync());
    }
}

public sealed class PostgresSilenceBookTests() : SilenceBookTests(StorageProvider.Postgres)
{
    [PostgresFact]
    public Task Silence_Created_HoldsEverywhereUntilItsEnd() => Silence_Created_HoldsEverywhereUntilItsEnd_Core();

    [PostgresFact]
    public Task Silence_ExpiredEarly_HoldsNoLonger() => Silence_ExpiredEarly_HoldsNoLonger_Core();

    [PostgresFact]
    public Task TwoChanges_OneWins() => TwoChanges_OneWins_Core();

    [PostgresFact]
    public Task WeeklySilence_HoldsInItsWindowsOnly() => WeeklySilence_HoldsInItsWindowsOnly_Core();
}
