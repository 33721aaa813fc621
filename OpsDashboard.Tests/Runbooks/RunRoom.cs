using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Logging.Abstractions;
using OpsDashboard.Access;
using OpsDashboard.Alerts;
using OpsDashboard.Alerts.Handling;
using OpsDashboard.Alerts.Notifications.Outbox;
using OpsDashboard.Alerts.Notifications;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Live;
using OpsDashboard.Live.Replicas;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.PromQl;
using OpsDashboard.Runbooks;
using OpsDashboard.Runbooks.Approvals;
using OpsDashboard.Runbooks.Automation;
using OpsDashboard.Runbooks.Locks;
using OpsDashboard.Runbooks.Mutes;
using OpsDashboard.Runbooks.Output;
using OpsDashboard.Runbooks.Planning;
using OpsDashboard.Runbooks.Proof;
using OpsDashboard.Runbooks.Running;
using OpsDashboard.Runbooks.Steps;
using OpsDashboard.Runbooks.Store;
using OpsDashboard.Storage;
using OpsDashboard.Tests.Alerts;
using OpsDashboard.Tests.Testing;

namespace OpsDashboard.Tests.Runbooks;

/// <summary>One system with one runbook over a database of the test's own, driven by hand in virtual time.</summary>
public sealed class RunRoom : IAsyncDisposable
{
    public static readonly Actor Ada = Person("ada", Role.Responder, "shop"), Bob = Person("bob", Role.Responder, "shop"), Chief = Person("chief", Role.Commander, null),
        Viewer = Person("vera", Role.Viewer, null), Elsewhere = Person("eve", Role.Admin, "other");

    // Every process of a team has the same keys.
    static readonly EphemeralDataProtectionProvider Seals = new();

    readonly RoomCatalogue catalogue = new();
    readonly AuditLog audit;
    readonly RunnerParts parts;
    readonly Func<FakeTimeProvider, IStepExecutor[]> more;
    readonly IStepKind[] kinds;

    RunRoom(TestDatabase database, FakeTimeProvider clock, string yaml, string environment, Func<FakeTimeProvider, IStepExecutor[]> more)
    {
        this.more = more;
        var others = more(clock);
        (Database, Clock) = (database, clock);
        catalogue.Environment = environment;
        audit = new(database.Contexts, clock);
        kinds = [.. others.Cast<IStepKind>()];
        Rewrite(yaml);
        List = new(catalogue);
        Notices = new(catalogue, database.Contexts, new(clock), Bus, clock);
        StepExecutors executors = null!;
        executors = new StepExecutors([Kind, new ManualStepExecutor(), new DecisionStepExecutor(), new DelayStepExecutor(clock), new ApprovalStepExecutor(() => Notices, clock), new ParallelStepExecutor(() => executors, clock),
            new RunbookStepExecutor(() => catalogue, () => executors, () => Nested!, clock), .. others]);
        Leases = new(database.Contexts, clock);
        Store = new(database.Contexts, audit, Leases);
        Outputs = new(database.Contexts, Bus, new NoReplicas());
        var promQl = new PromQlEngine(Samples, clock);
        var news = new RunNews(Bus, new NoReplicas());
        var checks = new StepChecks(executors, clock);
        var book = new AlertBook(new(database.Contexts), Bus, new NoReplicas(), clock, NullLogger<AlertBook>.Instance);
        Alerts = book;
        Acknowledgements = new(book, database.Contexts, audit, Bus, new NoReplicas(), clock);
        Previews = new(List, new(executors, catalogue), Store, new(book, new(database.Contexts)), catalogue, promQl, new(Seals, clock), clock);
        parts = new(Store, List, executors, new(promQl, Samples, clock), Outputs, Leases, new(Bus, new NoReplicas()), Proofs = new(Bus), checks, new(() => Notices), Line = new(Store, news, clock));
        Nested = new(List, Store, news, clock);
        var fresh = new FreshSignIn(database.Contexts, audit, new() { RefusalTime = TimeSpan.Zero }, new(100, clock), clock);
        Runs = new(List, Previews, Store, Outputs, checks, new(fresh, clock), news, Drills, clock);
        Approvals = new(Runs, List, Previews, Store, news, clock);
        Reviews = new(Runs, Store, news, clock);
        Locks = new(Runs, List, Previews, Store, news, clock);
        Mutes = new(Store, Leases, Bus, clock);
    }

    public TestDatabase Database { get; }
    public FakeTimeProvider Clock { get; }
    public LiveBus Bus { get; } = new(NullLogger<LiveBus>.Instance);
    internal HeapSamples Samples { get; } = new();
    public AlertBook Alerts { get; }
    public RunbookList List { get; }
    public RunStore Store { get; }
    public RunOutputs Outputs { get; }
    public Previews Previews { get; }
    public ProofBoard Proofs { get; }
    public Runs Runs { get; }
    public ApprovalDesk Approvals { get; }
    public GlassReviews Reviews { get; }
    public LockDesk Locks { get; }
    public WaitingLine Line { get; }
    public RunMutes Mutes { get; }
    NoticeSender Notices { get; }
    NestedRuns Nested { get; }
    internal ScriptedKind Kind { get; } = new();
    internal FakeDrills Drills { get; } = new();
    Leases Leases { get; }

    public static async Task<RunRoom> OpenAsync(string yaml, StorageProvider provider = StorageProvider.Sqlite, string environment = "test", Func<FakeTimeProvider, IStepExecutor[]>? more = null) =>
        new(await TestDatabase.CreateAsync(provider), new(), yaml, environment, more ?? (_ => []));

    /// <summary>Another process over the same database.</summary>
    public RunRoom Neighbour(string yaml) => new(Database, Clock, yaml, catalogue.Environment, more);

    public void Rewrite(string yaml) => catalogue.Put(RunbookText.Read(yaml, kinds).Systems);

    /// <summary>Gives the first system policies of automation.</summary>
    internal void Automate(params AutomationPolicy[] policies) =>
        catalogue.Put([.. catalogue.Current.Systems.Select((system, at) => at > 0 ? system : system with { Documents = new Dictionary<Type, object>(system.Documents) { [typeof(AutomationDocument)] = new AutomationDocument(policies) } })]);

    internal AutomationSwitchboard Switchboard() => new(Database.Contexts, audit, catalogue, Bus, new NoReplicas(), Clock);

    internal AuditLog Audit => audit;

    internal Acknowledgements Acknowledgements { get; }

    internal AutomationRound Round(AutomationSwitchboard switchboard, AutomationBoard board, IHealth health, IAutomationNews news) => new(
        switchboard, board, Alerts, health, Acknowledgements, Store, Previews, List, Runs, news, Clock, NullLogger<AutomationRound>.Instance);

    public async Task<RunRequest> ConfirmedAsync(Actor actor, Guid? alert = null, string key = "k1", Dictionary<string, string>? parameters = null)
    {
        var values = parameters ?? [];
        var preview = await Previews.MakeAsync(actor, "shop.restart", values, alert, default);
        return new(values, alert, preview.Confirmation, key, preview.Runbook.ConfirmationName);
    }

    public async Task<Run> StartAsync(Actor? actor = null, Guid? alert = null, string key = "k1") =>
        (await Runs.StartAsync(actor ?? Ada, "shop.restart", await ConfirmedAsync(actor ?? Ada, alert, key), default)).Run;

    /// <summary>Drives the run as far as it goes, as the runner would.</summary>
    public async Task<Run> DriveAsync(Run run, CancellationToken stop = default)
    {
        await new RunDriver(run.Id, parts, Clock, NullLogger.Instance).DriveAsync(stop);
        return await NowAsync(run);
    }

    /// <summary>Drives the run until it stands as wanted, without letting time pass; it goes on by itself behind that.</summary>
    public async Task<(Run Run, Task<Run> Driving)> DriveUntilAsync(Run run, Func<Run, bool> wanted, CancellationToken stop = default)
    {
        var driving = DriveAsync(run, stop);
        return (await UntilAsync(run, wanted, TimeSpan.Zero), driving);
    }

    /// <summary>Lets time pass in small steps until the run stands as wanted.</summary>
    public async Task<Run> UntilAsync(Run run, Func<Run, bool> wanted, TimeSpan? step = null)
    {
        using var limit = new CancellationTokenSource(Patience.Limit);
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (true)
        {
            await pace.WaitForNextTickAsync(limit.Token);
            if (await NowAsync(run) is var now && wanted(now))
                return now;
            Clock.Advance(step ?? TimeSpan.FromMilliseconds(100));
        }
    }

    /// <summary>The same while time passes in steps, slowly enough that the driver's loops keep up.</summary>
    public async Task<Run> DriveThroughAsync(Run run, TimeSpan step)
    {
        var driving = DriveAsync(run);
        using var limit = new CancellationTokenSource(Patience.Limit);
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!driving.IsCompleted)
        {
            await pace.WaitForNextTickAsync(limit.Token);
            Clock.Advance(step);
        }
        return await driving;
    }

    /// <summary>The same second by second: the next passes when the goal was looked at.</summary>
    public async Task<Run> DriveProofAsync(Run run, Action eachSecond)
    {
        eachSecond();
        var driving = DriveAsync(run);
        using var limit = new CancellationTokenSource(Patience.Limit);
        while (!driving.IsCompleted)
        {
            eachSecond();
            var seen = Samples.Looks;
            Clock.Advance(TimeSpan.FromSeconds(1));
            while (Samples.Looks == seen && !driving.IsCompleted)
            {
                limit.Token.ThrowIfCancellationRequested();
                await Task.Yield();
            }
        }
        return await driving;
    }

    /// <summary>The lease of whoever drives the run has run out.</summary>
    public Task StealAsync(Run run) => Database.ExecuteAsync($"UPDATE lease SET until = 0 WHERE name = '{RunStore.LeaseOf(run.Id)}'");

    public async Task<Run> NowAsync(Run run) => (await Store.FindAsync(run.Id, default))!;

    public async Task<IReadOnlyList<AuditEntry>> AuditedAsync()
    {
        await using var context = Database.Contexts.CreateDbContext();
        return [.. context.Set<AuditEntry>().OrderBy(entry => entry.Sequence).ToList()];
    }

    /// <summary>Titles of the notifications that were written, in turn.</summary>
    public async Task<IReadOnlyList<string>> ToldAsync()
    {
        await using var context = Database.Contexts.CreateDbContext();
        return [.. context.Set<Notification>().OrderBy(notification => notification.CreatedAt).Select(notification => notification.Title).ToList()];
    }

    /// <summary>An alert over the metric heap, which fires above 150.</summary>
    public async Task<Alert> FireAsync()
    {
        var alert = AnAlert.Of("Heap") with { Expression = "heap{system=\"shop\"} > 150", For = TimeSpan.FromSeconds(10) };
        await Alerts.RecordAsync([new(AlertState.Pending, alert, Clock.GetUtcNow())], [], null, default);
        return alert;
    }

    public void Measure(double heap) => Samples.Add(Labels.From([new("__name__", "heap"), new("system", "shop")]), Clock.GetUtcNow().ToUnixTimeMilliseconds(), heap);

    public async ValueTask DisposeAsync()
    {
        await audit.DisposeAsync();
        await Database.DisposeAsync();
    }

    static Actor Person(string name, Role role, string? system) => new(name, char.ToUpperInvariant(name[0]) + name[1..], ActorKind.Person, [new(role, system)]);

    sealed class RoomCatalogue : ICatalogue
    {
        public CatalogueSnapshot Current { get; private set; } = CatalogueSnapshot.Empty;

        public string Environment { get; set; } = "test";

        public void Put(IReadOnlyList<MonitoredSystem> systems) => Current = new(Current.Revision + 1, $"{Current.Revision}", Environment, systems, []);

        public IDisposable Subscribe(Action<CatalogueSnapshot> changed) => throw new NotSupportedException();
    }
}
