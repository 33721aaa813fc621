using OpsDashboard.Alerts;
using OpsDashboard.Storage;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Alerts.Evaluation;

public sealed class RuleHostTests
{
    readonly FakeTimeProvider clock = new();
    readonly SharedSamples samples = new();
    readonly RuleCatalogue catalogue = new();

    [Fact]
    public Task Alert_AcrossRestarts_IsTheSame_OnSqlite() => RestartAsync(StorageProvider.Sqlite);

    [PostgresFact]
    public Task Alert_AcrossRestarts_IsTheSame_OnPostgres() => RestartAsync(StorageProvider.Postgres);

    async Task RestartAsync(StorageProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        catalogue.Put(Group(RuleBench.Alert("a > 5", name: "Now"), RuleBench.Alert("a > 5", TimeSpan.FromMinutes(10), name: "Later"), RuleBench.Alert("b > 5", name: "Ends")));
        samples.Add("a", clock.GetUtcNow(), 9);
        samples.Add("b", clock.GetUtcNow(), 9);
        Alert now, later, ends;
        await using (var first = new HostBench(database, clock, samples, catalogue))
        {
            await first.Host.StartAsync(default);
            await UntilAsync(() => first.Find("Now") is not null && first.Find("Later") is not null && first.Find("Ends") is not null, "three alerts");
            (now, later, ends) = (first.Find("Now")!, first.Find("Later")!, first.Find("Ends")!);
            Assert.Equal((AlertState.Firing, AlertState.Pending, "Watchdog"), (now.State, later.State, first.Find("Watchdog")!.Name));
            // Until the database knows that evaluation went on.
            await UntilAsync(() => clock.GetUtcNow() - now.ActiveAt > TimeSpan.FromSeconds(8), "time");
        }

        clock.Advance(TimeSpan.FromMinutes(20));
        samples.Add("a", clock.GetUtcNow(), 9);
        await using var second = new HostBench(database, clock, samples, catalogue);
        await second.Host.StartAsync(default);
        await UntilAsync(() => second.Host.Groups.Any(group => group.Group.Name == "g" && group.EvaluatedAt is not null), "an evaluation");
        Assert.Equal((now.Id, now.FiredAt, now.ActiveAt), (second.Find("Now")!.Id, second.Find("Now")!.FiredAt, second.Find("Now")!.ActiveAt));
        // The twenty minutes without an evaluation are not time that the condition held.
        Assert.Equal((later.Id, AlertState.Pending), (second.Find("Later")!.Id, second.Find("Later")!.State));
        Assert.True(second.Find("Later")!.ActiveAt > later.ActiveAt.AddMinutes(19));
        // What has no samples any more ends only when its source had time to come back.
        Assert.Equal(ends.Id, second.Find("Ends")!.Id);
        await UntilAsync(() => second.Find("Ends") is null, "the end of an alert without samples");
        await HostBench.UntilAsync(clock, async () => (await second.Store.TransitionsOfAsync(ends.Id, default)).Count == 2, "its transition");
        Assert.Equal([AlertState.Firing, AlertState.Resolved], (await second.Store.TransitionsOfAsync(ends.Id, default)).Select(one => one.To));
    }

    [Fact]
    public async Task Sample_OfARuleWithoutAHoldTime_FiresItBeforeTheTick()
    {
        await using var database = await TestDatabase.CreateAsync(StorageProvider.Sqlite);
        catalogue.Put(new RuleGroup("g", TimeSpan.FromHours(1), [RuleBench.Alert("sum(a{system=\"shop\"}) > 5"), RuleBench.Alert("a > 5", TimeSpan.FromSeconds(1), name: "Waits")]));
        await using var bench = new HostBench(database, clock, samples, catalogue);
        await bench.Host.StartAsync(default);
        await UntilAsync(() => bench.Find("Watchdog") is not null, "the watchdog");

        samples.Add("a", clock.GetUtcNow(), 9, ("system", "shop"));
        var passed = await UntilAsync(() => bench.Find("A") is not null, "the alert");
        Assert.True(passed < TimeSpan.FromMinutes(30), $"It took {passed}: the tick came first.");
        Assert.Equal(AlertState.Firing, bench.Find("A")!.State);
        Assert.Null(bench.Find("Waits"));
    }

    [Fact]
    public async Task ClockSetBack_TimeThatTheConditionHolds_GoesOnCounting()
    {
        await using var database = await TestDatabase.CreateAsync(StorageProvider.Sqlite);
        catalogue.Put(Group(RuleBench.Alert("a > 5", TimeSpan.FromSeconds(30))));
        samples.Add("a", clock.GetUtcNow(), 9);
        await using var bench = new HostBench(database, clock, samples, catalogue);
        await bench.Host.StartAsync(default);
        await UntilAsync(() => bench.Find("A") is not null, "the pending alert");

        clock.StepWallClock(TimeSpan.FromHours(-1));
        var passed = await UntilAsync(() => bench.Find("A")?.State == AlertState.Firing, "the firing alert");
        Assert.True(passed < TimeSpan.FromMinutes(30), $"It took {passed}: until the clock had caught up.");
    }

    [Fact]
    public async Task ClockSetForward_IsNotTimeThatTheConditionHeld()
    {
        await using var database = await TestDatabase.CreateAsync(StorageProvider.Sqlite);
        catalogue.Put(Group(RuleBench.Alert("vector(time()) > 0", TimeSpan.FromSeconds(40))));
        await using var bench = new HostBench(database, clock, samples, catalogue);
        await bench.Host.StartAsync(default);
        await UntilAsync(() => bench.Find("A") is not null, "the pending alert");

        clock.StepWallClock(TimeSpan.FromHours(1));
        var evaluated = bench.Host.Groups.First(group => group.Group.Name == "g").EvaluatedAt;
        await UntilAsync(() => bench.Host.Groups.First(group => group.Group.Name == "g").EvaluatedAt > evaluated!.Value.AddMinutes(59), "an evaluation after the step");
        Assert.Equal(AlertState.Pending, bench.Find("A")!.State);
    }

    [Fact]
    public async Task Catalogue_Changed_KeepsAlertsOfRulesThatLiveOnAndEndsTheOthers()
    {
        await using var database = await TestDatabase.CreateAsync(StorageProvider.Sqlite);
        catalogue.Put(Group(RuleBench.Alert("a > 5"), RuleBench.Alert("a > 6", name: "B"), RuleBench.Alert("a > 7", name: "C")));
        samples.Add("a", clock.GetUtcNow(), 9);
        await using var bench = new HostBench(database, clock, samples, catalogue);
        await bench.Host.StartAsync(default);
        await UntilAsync(() => bench.Find("A") is not null && bench.Find("B") is not null && bench.Find("C") is not null, "three alerts");
        var (a, b, c) = (bench.Find("A")!.Id, bench.Find("B")!.Id, bench.Find("C")!.Id);

        catalogue.Put(Group(RuleBench.Alert("a > 5"), RuleBench.Alert("a > 8", name: "B")));
        await UntilAsync(() => bench.Find("C") is null, "the end of what has no rule any more");
        await UntilAsync(() => bench.Host.Groups.SelectMany(group => group.Rules).Any(rule => rule.Rule.Expression == "a > 8" && rule.EvaluatedAt is not null), "the new wording");
        Assert.Equal((a, b), (bench.Find("A")!.Id, bench.Find("B")!.Id));
        Assert.Equal(AlertState.Resolved, bench.Book.Find(c)!.State);
    }

    [Fact]
    public async Task ComponentDown_ExplainsItsAlertsAndThoseOfItsDependents()
    {
        await using var database = await TestDatabase.CreateAsync(StorageProvider.Sqlite);
        catalogue.Put(Group(RuleBench.Alert("a > 5")));
        void Sample(double up)
        {
            foreach (var component in new[] { "api", "database", "web" })
            {
                samples.Add("a", clock.GetUtcNow(), 9, ("system", "shop"), ("component", component));
                samples.Add("up", clock.GetUtcNow(), component == "database" ? up : 1, ("system", "shop"), ("component", component), ("job", "x"));
            }
        }
        Sample(0);
        await using var bench = new HostBench(database, clock, samples, catalogue);
        await bench.Host.StartAsync(default);
        Alert Of(string component) => bench.Book.Current.Single(alert => alert.Name == "A" && alert.ComponentId == component);
        await UntilAsync(() => bench.Book.Current.Any(alert => alert.Name == "A" && alert.InhibitedBy is not null), "an explained alert");
        var down = bench.Find("ComponentDown")!;
        await UntilAsync(() => Of("api").InhibitedBy == down.Id && Of("database").InhibitedBy == down.Id, "both explained");
        Assert.Null(Of("web").InhibitedBy);
        Assert.Null(down.InhibitedBy);

        Sample(1);
        await UntilAsync(() => bench.Find("ComponentDown") is null && Of("api").InhibitedBy is null && Of("database").InhibitedBy is null, "nothing explained any more");
    }

    [PostgresFact]
    public async Task TwoReplicas_OneEvaluates_BothShowTheSame_AndTheOtherTakesOver()
    {
        await using var database = await TestDatabase.CreateAsync(StorageProvider.Postgres);
        catalogue.Put(Group(RuleBench.Alert("a > 5")));
        samples.Add("a", clock.GetUtcNow(), 9);
        var first = new HostBench(database, clock, samples, catalogue);
        await first.Host.StartAsync(default);
        await UntilAsync(() => first.Find("A") is not null, "the alert where it is evaluated");
        await using var second = new HostBench(database, clock, samples, catalogue);
        await second.Host.StartAsync(default);
        await UntilAsync(() => second.Find("A") is not null, "the alert at the other replica");
        Assert.Equal(first.Find("A")!.Id, second.Find("A")!.Id);
        var id = first.Find("A")!.Id;
        // How the rules do is seen there as well.
        RuleStatus Seen() => second.Host.Groups.Single(group => group.Group.Name == "g").Rules.Single();
        await UntilAsync(() => second.Host.Groups.Any(group => group.Group.Name == "g") && Seen().Health == RuleHealth.Ok, "the rule's health at the other replica");
        Assert.NotNull(Seen().EvaluatedAt);
        catalogue.Put(Group(RuleBench.Alert("a > 5"), RuleBench.Alert("b + on() b", name: "Wrong")));
        samples.Add("b", clock.GetUtcNow(), 9, ("pod", "x"));
        samples.Add("b", clock.GetUtcNow(), 9, ("pod", "y"));
        await UntilAsync(() => second.Host.Groups.Single(group => group.Group.Name == "g").Rules is [_, { Health: RuleHealth.Failing, LastError: not null }], "a rule that fails, at the other replica");
        catalogue.Put(Group(RuleBench.Alert("a > 5")));

        await first.DisposeAsync();
        var since = clock.GetUtcNow();
        await UntilAsync(() => second.Host.Groups.Any(group => group.EvaluatedAt > since && group.Group.Name == "g"), "the other replica evaluates");
        Assert.Equal(id, second.Find("A")!.Id);
        samples.Add("a", clock.GetUtcNow(), 1);
        await UntilAsync(() => second.Find("A") is null, "the end of the alert");
        await HostBench.UntilAsync(clock, async () => (await second.Store.TransitionsOfAsync(id, default)).Count == 2, "its transition");
        Assert.Equal([AlertState.Firing, AlertState.Resolved], (await second.Store.TransitionsOfAsync(id, default)).Select(one => one.To));
    }

    Task<TimeSpan> UntilAsync(Func<bool> condition, string what) => HostBench.UntilAsync(clock, condition, what);

    static RuleGroup Group(params GroupRule[] rules) => new("g", null, rules);
}
