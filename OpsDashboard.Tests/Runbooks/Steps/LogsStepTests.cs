using OpsDashboard.Logs;
using OpsDashboard.Runbooks.Steps;
using OpsDashboard.Runbooks.Steps.Logs;
using OpsDashboard.Tests.Logs;
using OpsDashboard.Tests.Metrics.Store;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Runbooks.Steps;

public sealed class SqliteLogsStepTests() : LogsStepTests(DatabaseKind.Sqlite);

public sealed class PostgresLogsStepTests() : LogsStepTests(DatabaseKind.Postgres);

/// <summary>Expectations of what stands in the logs, over the real store.</summary>
public abstract class LogsStepTests(DatabaseKind database)
{
    const string Head = "title: T\nsummary: S\nowner: o@example.com\nreviewBy: 2027-01-01\nrisk: reversible\nparameters: { x: { default: d } }\nsteps:\n";

    [Fact]
    public async Task Least_IsThereAlready_IsDoneAtOnce()
    {
        await using var logs = await LogFixture.CreateAsync(database);
        await logs.AppendAsync(logs.Line("player 7 recovered", "shop", secondsAgo: 30), logs.Line("player 8 recovered", "shop", secondsAgo: 20), logs.Line("player 9 recovered", "other", secondsAgo: 10));
        var lines = new StepKindTests.Lines();
        var done = Assert.IsType<StepOutcome.Done>(await RunAsync(logs, "search: recovered, least: 2, since: 1m", lines: lines));
        Assert.Equal(("2", "player 8 recovered"), (done.Outputs["lines"], done.Outputs["last"]));
        Assert.Equal(2, lines.All.Count);
    }

    [Fact]
    public async Task Least_WaitsForTheLine_OnlyOfItsOwnSystemAndTime()
    {
        await using var logs = await LogFixture.CreateAsync(database);
        await logs.AppendAsync(logs.Line("ready", "shop", secondsAgo: 30), logs.Line("ready", "other"));
        var running = RunAsync(logs, "search: ready, within: 1h, timeout: 2h");
        await PassAsync(logs, running, () => logs.AppendAsync(logs.Line("ready", "shop")));
        Assert.Equal("1 line was found.", Assert.IsType<StepOutcome.Done>(await running).Observation);
    }

    [Fact]
    public async Task Least_NotReachedInTime_Fails_AndMayBeTriedAgain()
    {
        await using var logs = await LogFixture.CreateAsync(database);
        var running = RunAsync(logs, "search: ready, least: 3, within: 30s");
        await PassAsync(logs, running, () => logs.AppendAsync(logs.Line("ready", "shop")));
        Assert.Equal(new StepOutcome.Failed("Only 1 of at least 3 lines were found.", true, StepEffect.None), await running);
    }

    [Fact]
    public async Task Most_HoldsOnlyWhenTheTimeIsUp_AndFailsAtOnceBeyond()
    {
        await using var logs = await LogFixture.CreateAsync(database);
        var start = logs.Now;
        var running = RunAsync(logs, "level: error, most: 0, within: 30s");
        await PassAsync(logs, running, () => logs.AppendAsync(logs.Line("all well", "shop")));
        Assert.IsType<StepOutcome.Done>(await running);
        Assert.True(logs.Now - start >= TimeSpan.FromSeconds(30));

        await logs.AppendAsync(logs.Line("broken", "shop", level: LineLevel.Error));
        var failed = Assert.IsType<StepOutcome.Failed>(await RunAsync(logs, "level: error, most: 0, within: 1h, timeout: 2h"));
        Assert.Equal("More than 0 lines were found. broken", failed.Reason);
    }

    [Theory]
    [InlineData("a|b")]
    [InlineData("-x")]
    [InlineData("a\" | \"b")]
    public async Task Value_IsAPhrase_NeverAnOperator(string value)
    {
        await using var logs = await LogFixture.CreateAsync(database);
        await logs.AppendAsync(logs.Line("user a", "shop"), logs.Line("user b", "shop"));
        Assert.IsType<StepOutcome.Failed>(await RunAsync(logs, "search: \"user ${parameters.x}\", since: 1m", value));
    }

    [Fact]
    public async Task Fields_AreFilled()
    {
        await using var logs = await LogFixture.CreateAsync(database);
        await logs.AppendAsync(logs.Line("request", "shop", fields: new LogField("status", "500")), logs.Line("request", "shop", fields: new LogField("status", "200")));
        Assert.Equal("1", Assert.IsType<StepOutcome.Done>(await RunAsync(logs, "fields: { status: \"${parameters.x}\" }, since: 1m", "500")).Outputs["lines"]);
    }

    [Fact]
    public async Task Stop_EndsTheWaiting()
    {
        await using var logs = await LogFixture.CreateAsync(database);
        using var stop = new CancellationTokenSource();
        var running = RunAsync(logs, "search: ready, within: 1h, timeout: 2h", stop: stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Patience.Limit));
    }

    [Theory]
    [InlineData("search: \"\\\"open\"", "`search` begins a phrase at character 1 and does not end it: a \" is missing. Try it on the page of the logs.")]
    [InlineData("search: \"user=${parameters.x}\"", "${parameters.x} stands within a word or a phrase of `search`. A value is a phrase by itself: put blanks around it, and no quotes.")]
    [InlineData("search: x, least: 5, most: 2", "From 5 to 2 lines cannot be waited for. Write numbers up to 1000, `least` no larger than `most`.")]
    [InlineData("search: x, within: 5m", "It waits as long as the step may take, or longer. Give the step a longer `timeout:`.")]
    [InlineData("search: x, level: loud", "`level: loud` is not one of none, trace, debug, info, warn, error, fatal. Write for example `level: none`.")]
    public void Wrong_IsSaidWithItsLine(string keys, string expected) =>
        Assert.Equal([$"8: {expected}"], RunbookText.Problems(Head + $"  - {{ name: a, kind: logs, {keys} }}", new LogsStepExecutor(() => throw new NotSupportedException(), TimeProvider.System)));

    [Fact]
    public void Plan_SaysWhatIsSearched()
    {
        var kind = new LogsStepExecutor(() => throw new NotSupportedException(), TimeProvider.System);
        var plan = kind.Plan(StepKindTests.Step(kind, "kind: logs, search: \"failed ${parameters.x}\", level: warn, components: [api], most: 3, since: 5m, within: 30s"), StepKindTests.Inputs("login"));
        Assert.Equal(["failed \"login\"", "warn or graver", "of api", "at most 3 lines since 5m before, within 30s"], plan.Command);
        Assert.Equal(("logs of shop", OpsDashboard.Runbooks.RiskClass.Read), (plan.Target, plan.Risk));
    }

    Task<StepOutcome> RunAsync(LogFixture logs, string keys, string value = "d", StepKindTests.Lines? lines = null, CancellationToken stop = default)
    {
        var kind = new LogsStepExecutor(() => logs.Query, logs.Time);
        var context = StepKindTests.Context(StepKindTests.Step(kind, $"kind: logs, {keys}"), value, lines) with { StartedAt = logs.Now };
        return Task.Run(() => kind.ExecuteAsync(context, stop), CancellationToken.None);
    }

    /// <summary>Lets time pass until the step is done; after a second something is written.</summary>
    static async Task PassAsync(LogFixture logs, Task running, Func<Task> write)
    {
        using var limit = new CancellationTokenSource(Patience.Limit);
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        for (var i = 0; !running.IsCompleted; i++)
        {
            await pace.WaitForNextTickAsync(limit.Token);
            if (i == 5)
                await write();
            logs.Time.Advance(TimeSpan.FromMilliseconds(200));
        }
    }
}
