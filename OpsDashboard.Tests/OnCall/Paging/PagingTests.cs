using OpsDashboard.Alerts.Silences;
using OpsDashboard.OnCall.Paging;
using OpsDashboard.Storage;
using OpsDashboard.Tests.Alerts;
using OpsDashboard.Tests.Alerts.Handling;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.OnCall.Paging;

public abstract class PagingTests(StorageProvider provider)
{
    static string[] Reached(HttpSink sink) => [.. sink.All.Select(one => one.Path.TrimStart('/'))];

    static TimeSpan Minutes(double minutes) => TimeSpan.FromMinutes(minutes);

    protected async Task Alert_NobodyAnswers_EveryLevelAtItsTime_Core()
    {
        await using var sink = new HttpSink();
        await using var room = await PagingRoom.OpenAsync(sink, provider: provider);
        var alert = AnAlert.Of("Heap", component: "api");
        await room.Alerts.FireAsync(alert);
        await room.LookAsync();
        Assert.Equal(["ana"], Reached(sink));
        Assert.Contains("Heap is wrong", sink.All[0].Text, StringComparison.Ordinal);
        var report = (await room.ReportAsync(alert.Id))!;
        Assert.Equal((room.Clock.GetUtcNow() + Minutes(30), "Ben", 2), (report.Next!.At, report.Next.Names.Single(), report.Next.Level));
        await room.AdvanceAsync(Minutes(30) - TimeSpan.FromMilliseconds(1));
        Assert.Single(sink.All);
        await room.AdvanceAsync(TimeSpan.FromMilliseconds(1));
        Assert.Equal(["ana", "ben"], Reached(sink));
        await room.AdvanceAsync(Minutes(90));
        Assert.Equal(["ana", "ben", "ana", "cy"], Reached(sink).Take(2).Concat(Reached(sink).Skip(2).Order()));
        await room.AdvanceAsync(TimeSpan.FromDays(1));
        Assert.Equal(4, sink.All.Count);
        Assert.All(await room.PagesAsync(), page => Assert.Equal(PageState.Delivered, page.State));
    }

    protected async Task Acknowledged_NothingMore_ForgottenPagesAgain_ResolvedNever_Core()
    {
        await using var sink = new HttpSink();
        await using var room = await PagingRoom.OpenAsync(sink, provider: provider);
        var alert = AnAlert.Of("Heap", component: "api");
        await room.Alerts.FireAsync(alert);
        await room.LookAsync();
        await room.Alerts.Acknowledgements.AcknowledgeAsync(AlertRoom.Ada, [alert.Id], new(), default);
        var taken = room.Clock.GetUtcNow();
        await room.AdvanceAsync(Minutes(29));
        Assert.Single(sink.All);
        var report = (await room.ReportAsync(alert.Id))!;
        Assert.Equal(("ada", taken + Minutes(30)), (report.Call.AcknowledgedBy, report.Call.ForgottenAt));
        // Said once more: the time begins anew.
        await room.Alerts.Acknowledgements.AcknowledgeAsync(AlertRoom.Ada, [alert.Id], new("looking"), default);
        await room.AdvanceAsync(Minutes(29));
        Assert.Single(sink.All);
        await room.AdvanceAsync(Minutes(1));
        Assert.Equal(["ana", "ana"], Reached(sink));
        await room.Alerts.ResolveAsync(alert);
        await room.AdvanceAsync(TimeSpan.FromDays(1));
        Assert.Equal(2, sink.All.Count);
        Assert.False((await room.ReportAsync(alert.Id))!.IsOpen);
    }

    protected async Task AcknowledgedBetweenDecisionAndSending_IsNotSent_Core()
    {
        await using var sink = new HttpSink();
        await using var room = await PagingRoom.OpenAsync(sink, provider: provider);
        var alert = AnAlert.Of("Heap", component: "api");
        await room.Alerts.FireAsync(alert);
        await room.DecideAsync();
        await room.Alerts.Acknowledgements.AcknowledgeAsync(AlertRoom.Ada, [alert.Id], new(), default);
        await room.LookAsync();
        Assert.Empty(sink.All);
        Assert.Equal(PageState.Withdrawn, (await room.PagesAsync()).Single().State);
    }

    protected async Task Storm_PagesOnceAPart_AndTakesInWhatJoins_Core()
    {
        await using var sink = new HttpSink();
        await using var room = await PagingRoom.OpenAsync(sink, provider: provider);
        var alerts = Enumerable.Range(0, 200).Select(index => AnAlert.Of($"Alert{index}", component: "api")).ToArray();
        await room.Alerts.FireAsync(alerts[..150]);
        await room.LookAsync();
        await room.Alerts.FireAsync([.. alerts[150..], AnAlert.Of("Disk", component: "db"), AnAlert.Of("Slow", component: "db", severity: "warning")]);
        await room.LookAsync();
        await room.LookAsync();
        Assert.Equal(2, sink.All.Count);
        var report = (await room.ReportAsync(alerts[199].Id))!;
        Assert.Equal(200, report.Call.AlertIds.Count);
        Assert.EndsWith(" is wrong and 199 more", report.Call.Sentence, StringComparison.Ordinal);
        // Only who has them all has it.
        await room.Alerts.Acknowledgements.AcknowledgeAsync(AlertRoom.Ada, [.. alerts.Skip(1).Select(alert => alert.Id)], new(), default);
        await room.LookAsync();
        Assert.Null((await room.ReportAsync(alerts[0].Id))!.Call.AcknowledgedAt);
        await room.Alerts.Acknowledgements.AcknowledgeAsync(AlertRoom.Ada, [alerts[0].Id], new(), default);
        await room.LookAsync();
        Assert.NotNull((await room.ReportAsync(alerts[0].Id))!.Call.AcknowledgedAt);
    }

    protected async Task PassedOn_TheNextLevelAtOnce_Core()
    {
        await using var sink = new HttpSink();
        await using var room = await PagingRoom.OpenAsync(sink, provider: provider);
        var alert = AnAlert.Of("Heap", component: "api");
        await room.Alerts.FireAsync(alert);
        await room.LookAsync();
        var call = (await room.ReportAsync(alert.Id))!.Call;
        await Assert.ThrowsAsync<OpsDashboard.Access.AccessDeniedException>(() => room.Pager.NextLevelAsync(AlertRoom.Viewer, call.Kind, call.MatterId, default));
        Assert.True(await room.Pager.NextLevelAsync(AlertRoom.Ada, call.Kind, call.MatterId, default));
        await room.LookAsync();
        Assert.Equal(["ana", "ben"], Reached(sink));
        Assert.True(await room.Pager.NextLevelAsync(AlertRoom.Ada, call.Kind, call.MatterId, default));
        Assert.False(await room.Pager.NextLevelAsync(AlertRoom.Ada, call.Kind, call.MatterId, default));
        Assert.Equal(2, (await room.Alerts.AuditedAsync()).Count(action => action == "page.passed_on"));
    }

    protected async Task MethodThatIsDown_TheNextMethodThenTheNextLevel_BothVisible_Core()
    {
        await using var sink = new HttpSink();
        // Nobody listens there, and nobody is subscribed to a push.
        var plan = OnCallText.Plan.Replace("methods: [\"receiver:ana\"]", "methods: [push, \"receiver:dead\", \"receiver:ana\"]", StringComparison.Ordinal)
            .Replace("account: ben@example.com, methods: [\"receiver:ben\"]", "account: ben@example.com, methods: [\"receiver:dead\"]", StringComparison.Ordinal);
        var routing = OnCallText.Routing(sink.Address) + $"\n  - {{ name: dead, webhook_configs: [{{ url: 'http://127.0.0.1:{RealServer.FreePort()}/x' }}] }}";
        await using var room = new PagingRoom(await AlertRoom.OpenAsync(provider), plan, routing);
        var alert = AnAlert.Of("Heap", component: "api");
        await room.Alerts.FireAsync(alert);
        await room.LookAsync();
        Assert.Empty(sink.All);
        await room.AdvanceAsync(PageWays.Patience);
        Assert.Equal(["ana"], Reached(sink));
        var first = (await room.PagesAsync()).Single();
        Assert.Equal(PageState.Delivered, first.State);
        Assert.Contains("push: no browser is subscribed", first.Detail, StringComparison.Ordinal);
        Assert.Contains("not reached", first.Detail, StringComparison.Ordinal);
        // Ben has no other method: the level behind him is paged long before its time.
        await room.AdvanceAsync(Minutes(30) - PageWays.Patience);
        await room.AdvanceAsync(PageWays.Patience);
        // There Cy at once, and Ana again by her second method.
        await room.AdvanceAsync(PageWays.Patience);
        Assert.Equal(["ana", "ana", "cy"], Reached(sink).Order());
        var pages = await room.PagesAsync();
        Assert.Equal(PageState.Failed, pages.Single(page => page.PersonId == "ben").State);
        Assert.Equal("level 2 was not reached", (await room.ReportAsync(alert.Id))!.Call.Note);
    }

    protected async Task RestartInTheMiddle_GoesOnWhereItWas_AndPagesNobodyTwice_Core()
    {
        await using var sink = new HttpSink();
        await using var room = await PagingRoom.OpenAsync(sink, provider: provider);
        var alert = AnAlert.Of("Heap", component: "api");
        await room.Alerts.FireAsync(alert);
        // It decides, and dies before it sends.
        await room.DecideAsync();
        await room.DieAsync();
        var second = room.Neighbour(sink);
        await second.LookAsync();
        Assert.Equal(["ana"], Reached(sink));
        await second.DieAsync();
        // Down over two levels: the lower one is paged at once, the other keeps its distance.
        room.Clock.Advance(Minutes(200));
        var third = room.Neighbour(sink);
        await third.LookAsync();
        await third.LookAsync();
        Assert.Equal(["ana", "ben"], Reached(sink));
        await third.AdvanceAsync(Minutes(89));
        Assert.Equal(2, sink.All.Count);
        await third.AdvanceAsync(Minutes(1));
        Assert.Equal(4, sink.All.Count);
    }

    protected async Task TwoReplicas_PageOnce_Core()
    {
        await using var sink = new HttpSink();
        await using var room = await PagingRoom.OpenAsync(sink, provider: provider);
        var other = room.Neighbour(sink);
        await room.Alerts.FireAsync(AnAlert.Of("Heap", component: "api"));
        await Task.WhenAll(room.LookAsync(), other.LookAsync());
        await Task.WhenAll(other.LookAsync(), room.LookAsync());
        Assert.Single(sink.All);
        Assert.Single(await room.PagesAsync());
    }

    protected async Task Silenced_WakesNobody_AndWhatIsSilencedLaterStops_Core()
    {
        await using var sink = new HttpSink();
        await using var room = await PagingRoom.OpenAsync(sink, provider: provider);
        var alert = AnAlert.Of("Heap", component: "api");
        var silence = await room.Alerts.Silences.CreateAsync(AlertRoom.Chief, new SilenceInput(["alertname=\"Heap\"", "system=\"shop\""], null, room.Clock.GetUtcNow() + TimeSpan.FromDays(1), "planned"), default);
        await room.Alerts.FireAsync(alert);
        await room.AdvanceAsync(Minutes(40));
        Assert.Empty(sink.All);
        await room.Alerts.Silences.ExpireAsync(AlertRoom.Chief, silence.Id, default);
        await room.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(["ana"], Reached(sink));
    }

    protected async Task Matter_OfAnotherFeature_IsPagedAcknowledgedForgottenAndStopped_Core()
    {
        await using var sink = new HttpSink();
        await using var room = await PagingRoom.OpenAsync(sink, provider: provider);
        var matter = new PagedMatter("incident", "INC-42", "shop", "critical", "The shop is down", "incidents/42");
        Assert.False(await room.Pager.StartAsync(matter with { SystemId = "unknown" }, default));
        Assert.True(await room.Pager.StartAsync(matter, default));
        Assert.True(await room.Pager.StartAsync(matter, default));
        await room.LookAsync();
        Assert.Equal(["ana"], Reached(sink));
        Assert.Contains("The shop is down", sink.All[0].Text, StringComparison.Ordinal);
        Assert.True(await room.Pager.AcknowledgeAsync(AlertRoom.Ada, "incident", "INC-42", default));
        await room.AdvanceAsync(Minutes(29));
        Assert.Single(sink.All);
        await room.AdvanceAsync(Minutes(1));
        Assert.Equal(["ana", "ana"], Reached(sink));
        Assert.True(await room.Pager.StopAsync("incident", "INC-42", "resolved", default));
        await room.AdvanceAsync(TimeSpan.FromDays(1));
        Assert.Equal(2, sink.All.Count);
        Assert.False(await room.Pager.StopAsync("incident", "INC-42", "resolved", default));
    }
}

public sealed class SqlitePagingTests() : PagingTests(StorageProvider.Sqlite)
{
    [Fact]
    public Task Alert_NobodyAnswers_EveryLevelAtItsTime() => Alert_NobodyAnswers_EveryLevelAtItsTime_Core();

    [Fact]
    public Task Acknowledged_NothingMore_ForgottenPagesAgain_ResolvedNever() => Acknowledged_NothingMore_ForgottenPagesAgain_ResolvedNever_Core();

    [Fact]
    public Task AcknowledgedBetweenDecisionAndSending_IsNotSent() => AcknowledgedBetweenDecisionAndSending_IsNotSent_Core();

    [Fact]
    public Task Storm_PagesOnceAPart_AndTakesInWhatJoins() => Storm_PagesOnceAPart_AndTakesInWhatJoins_Core();

    [Fact]
    public Task PassedOn_TheNextLevelAtOnce() => PassedOn_TheNextLevelAtOnce_Core();

    [Fact]
    public Task MethodThatIsDown_TheNextMethodThenTheNextLevel_BothVisible() => MethodThatIsDown_TheNextMethodThenTheNextLevel_BothVisible_Core();

    [Fact]
    public Task RestartInTheMiddle_GoesOnWhereItWas_AndPagesNobodyTwice() => RestartInTheMiddle_GoesOnWhereItWas_AndPagesNobodyTwice_Core();

    [Fact]
    public Task TwoReplicas_PageOnce() => TwoReplicas_PageOnce_Core();

    [Fact]
    public Task Silenced_WakesNobody_AndWhatIsSilencedLaterStops() => Silenced_WakesNobody_AndWhatIsSilencedLaterStops_Core();

    [Fact]
    public Task Matter_OfAnotherFeature_IsPagedAcknowledgedForgottenAndStopped() => Matter_OfAnotherFeature_IsPagedAcknowledgedForgottenAndStopped_Core();
}

public sealed class PostgresPagingTests() : PagingTests(StorageProvider.Postgres)
{
    [PostgresFact]
    public Task Alert_NobodyAnswers_EveryLevelAtItsTime() => Alert_NobodyAnswers_EveryLevelAtItsTime_Core();

    [PostgresFact]
    public Task Acknowledged_NothingMore_ForgottenPagesAgain_ResolvedNever() => Acknowledged_NothingMore_ForgottenPagesAgain_ResolvedNever_Core();

    [PostgresFact]
    public Task AcknowledgedBetweenDecisionAndSending_IsNotSent() => AcknowledgedBetweenDecisionAndSending_IsNotSent_Core();

    [PostgresFact]
    public Task Storm_PagesOnceAPart_AndTakesInWhatJoins() => Storm_PagesOnceAPart_AndTakesInWhatJoins_Core();

    [PostgresFact]
    public Task PassedOn_TheNextLevelAtOnce() => PassedOn_TheNextLevelAtOnce_Core();

    [PostgresFact]
    public Task MethodThatIsDown_TheNextMethodThenTheNextLevel_BothVisible() => MethodThatIsDown_TheNextMethodThenTheNextLevel_BothVisible_Core();

    [PostgresFact]
    public Task RestartInTheMiddle_GoesOnWhereItWas_AndPagesNobodyTwice() => RestartInTheMiddle_GoesOnWhereItWas_AndPagesNobodyTwice_Core();

    [PostgresFact]
    public Task TwoReplicas_PageOnce() => TwoReplicas_PageOnce_Core();

    [PostgresFact]
    public Task Silenced_WakesNobody_AndWhatIsSilencedLaterStops() => Silenced_WakesNobody_AndWhatIsSilencedLaterStops_Core();

    [PostgresFact]
    public Task Matter_OfAnotherFeature_IsPagedAcknowledgedForgottenAndStopped() => Matter_OfAnotherFeature_IsPagedAcknowledgedForgottenAndStopped_Core();
}
