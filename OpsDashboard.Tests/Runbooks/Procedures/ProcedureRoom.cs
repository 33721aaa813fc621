using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Logging.Abstractions;
using OpsDashboard.Access;
using OpsDashboard.Alerts;
using OpsDashboard.Alerts.Evaluation;
using OpsDashboard.Alerts.Templates;
using OpsDashboard.Alerts.Trials;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Http;
using OpsDashboard.Live;
using OpsDashboard.Live.Replicas;
using OpsDashboard.Metrics.PromQl;
using OpsDashboard.Runbooks;
using OpsDashboard.Runbooks.Nodes;
using OpsDashboard.Runbooks.Output;
using OpsDashboard.Runbooks.Planning;
using OpsDashboard.Runbooks.Proof;
using OpsDashboard.Runbooks.Running;
using OpsDashboard.Runbooks.Secrets;
using OpsDashboard.Runbooks.Steps;
using OpsDashboard.Runbooks.Steps.Sql;
using OpsDashboard.Runbooks.Store;
using OpsDashboard.Storage;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Runbooks.Procedures;

/// <summary>The shipped runbooks over one simulated system, from the fault to the run's end, in virtual time on one thread.</summary>
sealed class ProcedureRoom : IAsyncDisposable
{
    static readonly TimeSpan Second = TimeSpan.FromSeconds(1), LongestFire = TimeSpan.FromMinutes(25);

    readonly TestDatabase database;
    readonly AuditLog audit;
    readonly RunnerParts parts;
    readonly AlertBook alerts;
    readonly Previews previews;
    readonly Runs runs;
    readonly PromQlEngine promQl;

    ProcedureRoom(TestDatabase database, string systemId, IEnumerable<(string Name, string Value)> variables)
    {
        (this.database, Scraped) = (database, new(systemId));
        audit = new(database.Contexts, Clock);
        promQl = new(Scraped.Samples, Clock);
        ICatalogue? catalogue = null;
        var nodeKind = new FleetNodeKind(Scraped);
        var http = new HttpStepExecutor(new Outbound(), new FleetHandler(Scraped, Away));
        var sql = new SqlStepExecutor(new Outbound(), Clock);
        var command = new CommandStepExecutor(new(() => catalogue!, [nodeKind]), new NoSecrets(), Clock);
        var metric = new MetricStepExecutor(() => promQl, Clock);
        var decision = new DecisionStepExecutor(ShippedRunbooks.Syntax);
        var (manual, delay, notify) = (new ManualStepExecutor(), new DelayStepExecutor(Clock), new NotifyStepExecutor(() => throw new NotSupportedException()));
        StepExecutors? executors = null;
        NestedRuns? nested = null;
        var inner = new RunbookStepExecutor(() => catalogue!, () => executors!, () => nested!, Clock);
        var values = Scraped.Fleet.Addresses.Select(address => (address.Variable, address.Value)).Concat(variables).ToDictionary();
        catalogue = new ReadCatalogue(ShippedRunbooks.Read("simulator", [command, http, sql, metric, decision, manual, delay, notify, inner], values, nodeKind), "simulator");
        List = new(catalogue);
        Catalogue = catalogue;
        executors = new StepExecutors([command, new AwayExecutor(http, Away), new AwayExecutor(sql, Away), metric, decision, manual, delay, notify, inner]);
        var bus = new LiveBus(NullLogger<LiveBus>.Instance);
        var leases = new Leases(database.Contexts, Clock);
        var store = new RunStore(database.Contexts, audit, leases);
        var outputs = new RunOutputs(database.Contexts, bus, new NoReplicas());
        var checks = new StepChecks(executors, Clock);
        alerts = new(new(database.Contexts), bus, new NoReplicas(), Clock, NullLogger<AlertBook>.Instance);
        previews = new(List, new(executors, catalogue), store, new(alerts, new(database.Contexts)), catalogue, promQl, new(new EphemeralDataProtectionProvider(), Clock), Clock);
        var news = new RunNews(bus, new NoReplicas());
        parts = new(store, List, executors, new(promQl, Scraped.Samples, Clock), outputs, leases, news, new(bus), checks, new(() => throw new NotSupportedException()), new(store, news, Clock));
        nested = new(List, store, news, Clock);
        var fresh = new FreshSignIn(database.Contexts, audit, new() { RefusalTime = TimeSpan.Zero }, new(100, Clock), Clock);
        runs = new(List, previews, store, outputs, checks, new(fresh, Clock), news, new FakeDrills(), Clock);
    }

    public ScrapedSystem Scraped { get; }

    public FakeTimeProvider Clock => Scraped.Clock;

    public RunbookList List { get; }

    public ICatalogue Catalogue { get; }

    public Away Away { get; } = new();

    public static async Task<ProcedureRoom> OpenAsync(string systemId, params (string, string)[] variables)
    {
        var room = new ProcedureRoom(await TestDatabase.CreateAsync(StorageProvider.Sqlite), systemId, variables);
        await room.Scraped.StartAsync();
        return room;
    }

    public Task WaitAsync(TimeSpan time) => Task.Delay(time, Clock);

    /// <summary>Evaluates the rule every second until it fires.</summary>
    public async Task<Alert> FireAsync(string rule)
    {
        var system = Catalogue.Current.Find(Scraped.System.Id)!;
        var (_, group) = RuleSet.Of(Catalogue.Current).Single(each => each.Group.Rules.Any(one => one.Id == $"{system.Id}/{rule}"));
        var run = new GroupRun(system.Id, group with { Rules = [.. group.Rules.Where(one => one.Id == $"{system.Id}/{rule}")] }, new(promQl, new ScratchSamples(), TemplateSetting.None, Clock));
        for (var until = Clock.GetUtcNow() + LongestFire; Clock.GetUtcNow() < until; await WaitAsync(Second))
        {
            foreach (var change in await run.EvaluateAsync(Clock.GetUtcNow(), null, Clock, default))
            {
                await alerts.RecordAsync([change], [], null, default);
                if (change.Now.State == AlertState.Firing)
                    return change.Now;
            }
        }
        throw new Xunit.Sdk.XunitException($"{rule} does not fire: {run.Status.Rules[0].LastError}");
    }

    public async Task<Run> StartAsync(string runbook, Alert? alert, Dictionary<string, string> parameters)
    {
        var id = $"{Scraped.System.Id}.{runbook}";
        var preview = await previews.MakeAsync(RunRoom.Chief, id, parameters, alert?.Id, default);
        Assert.Empty(preview.Plan.Problems);
        return (await runs.StartAsync(RunRoom.Chief, id, new(parameters, alert?.Id, preview.Confirmation, "key", preview.Runbook.ConfirmationName), default)).Run;
    }

    /// <summary>Drives the run to its end and says to it what a person would say.</summary>
    public async Task<Run> FinishAsync(Run run, Func<Run, StepRun, (string? Choice, string? Evidence)> says)
    {
        while (true)
        {
            await DriveAsync(run);
            run = (await parts.Store.FindAsync(run.Id, default))!;
            if (run.IsOver || run.Status == RunStatus.Interrupted)
                return run;
            if (run.NeedsAPerson && says(run, run.Current!) is var (choice, evidence))
                run = await runs.AnswerAsync(RunRoom.Chief, run.Id, new(run.Current!.Name, run.Current.Attempt), choice, evidence, default);
            else
                await WaitAsync(run.DueAt is { } due && due > Clock.GetUtcNow() ? due - Clock.GetUtcNow() : Second);
        }
    }

    // Runs that its steps start are driven beside it, as the runner would.
    async Task DriveAsync(Run run)
    {
        var driven = new Dictionary<Guid, Task> { [run.Id] = DriveOneAsync(run.Id) };
        while (!driven[run.Id].IsCompleted && run.Plan.Steps.Any(step => step.Kind == "runbook"))
        {
            foreach (var id in await parts.Store.DueAsync(Clock.GetUtcNow(), default))
            {
                if (driven.GetValueOrDefault(id) is null or { IsCompleted: true })
                    driven[id] = DriveOneAsync(id);
            }
            await Task.WhenAny(driven[run.Id], WaitAsync(Second));
        }
        await Task.WhenAll(driven.Values);
    }

    Task DriveOneAsync(Guid id) => new RunDriver(id, parts, Clock, NullLogger.Instance).DriveAsync(default);

    public async Task<IReadOnlyList<string>> OutputAsync(Run run) => [.. (await runs.OutputAsync(RunRoom.Viewer, run.Id, 1, 2000, default)).Select(line => $"{line.Step}: {line.Text}")];

    public async ValueTask DisposeAsync()
    {
        await audit.DisposeAsync();
        await database.DisposeAsync();
        await Scraped.DisposeAsync();
    }

    sealed class NoSecrets : ISecrets
    {
        public SecretValue Find(string name) => throw new NotSupportedException();
    }
}
