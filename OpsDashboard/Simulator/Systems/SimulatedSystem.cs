using OpsDashboard.Simulator.Commands;
using OpsDashboard.Simulator.Exposition;
using OpsDashboard.Simulator.Faults;
using OpsDashboard.Simulator.Hosting;
using OpsDashboard.Simulator.Parts;

namespace OpsDashboard.Simulator.Systems;

/// <summary>What every simulated system is given.</summary>
/// <param name="Folder">Its own folder for database and log.</param>
/// <param name="Listens">False: its sites are asked in this process, and no port is opened.</param>
sealed record Ground(TimeProvider Clock, string Folder, int Seed, bool Listens = true);

/// <summary>
/// One of the five systems: state that time and faults move on, and the sites through which it answers. Time moves it in steps, at every tick
/// and before every answer; all state is touched under <see cref="Gate"/> alone.
/// </summary>
abstract class SimulatedSystem : IAsyncDisposable
{
    const double LongestStep = 10;
    const double ShortestStep = 0.02;

    /// <summary>What a machine does whose program is down.</summary>
    const double IdleCpu = 0.03;

    /// <summary>What means something only to those systems that say so.</summary>
    static readonly FaultKind[] Special = [FaultKind.FrameDrop, FaultKind.CacheCold, FaultKind.Flood, FaultKind.ThirdParty];

    /// <summary>A busy web server notes one good answer in so many, and every refusal and failure.</summary>
    const int GoodAnswersALine = 50;

    const int DebugAnswersALine = 20;

    /// <summary>What logging every statement costs.</summary>
    const double LoggedStretch = 1.15;

    readonly FaultGate faultGate;
    readonly bool listens;
    readonly Draw users;
    readonly SecurityScene security;
    SiteHost? host;
    long lastStep;
    long goodAnswers;

    protected SimulatedSystem(string id, string name, Ground ground, Rhythm rhythm, string schema)
    {
        (Id, Name, Clock, Rhythm, listens) = (id, name, ground.Clock, rhythm, ground.Listens);
        Draw = new(ground.Seed);
        Faults = new(Clock);
        faultGate = new(Faults, Clock);
        Log = new(Path.Combine(ground.Folder, "logs"));
        // Chance of their own: who is written of changes nothing of what happens.
        users = new(ground.Seed + 1);
        security = new(new(ground.Seed + 2), Log, Faults, Premises);
        Database = new(ground.Folder, schema);
        Node = new(rhythm, 4, Clock.GetUtcNow());
        NodeSite = new Site(new()).Get("/metrics", context => context.Text(Read(Node.Render), Answers.PrometheusText))
            .Get("/processes", context => context.Json(Read(() => Node.Processes(Faults.Has(FaultKind.Crash) ? null : (Id, Machine.Cpu, Machine.MemoryBytes)))));
        lastStep = Clock.GetTimestamp();
    }

    public string Id { get; }

    public string Name { get; }

    public FaultSet Faults { get; }

    /// <summary>The machine below: it goes on answering while the program is down.</summary>
    public Site NodeSite { get; }

    public abstract Machine Machine { get; }

    /// <summary>What names of units, containers and deployments on its machines stand for.</summary>
    public abstract IReadOnlyDictionary<string, PartKind> Parts { get; }

    /// <summary>Feature flags, on or off; changed by the control API.</summary>
    public Dictionary<string, bool> Flags { get; } = [];

    /// <summary>Versions that ran before the present one, newest last.</summary>
    public Stack<string> EarlierVersions { get; } = [];

    /// <summary>The part of the program that errors come from; switching it off ends them.</summary>
    public abstract string FragileFeature { get; }

    public abstract DatabaseModel Store { get; }

    /// <summary>What was changed on its machines beside the program.</summary>
    public Premises Premises { get; } = new();

    /// <summary>A page of the system that people can open, or null.</summary>
    public virtual string? PageUrl => null;

    /// <summary>Variables of the catalogue that carry this system's addresses.</summary>
    public abstract IEnumerable<(string Variable, string Value)> Addresses { get; }

    public Lock Gate { get; } = new();

    protected TimeProvider Clock { get; }

    protected Rhythm Rhythm { get; }

    protected Draw Draw { get; }

    protected MetricPage Page { get; } = new();

    protected EventLog Log { get; }

    protected DatabaseFile Database { get; }

    protected NodeModel Node { get; }

    protected abstract IReadOnlyList<Site> Sites { get; }

    /// <summary>Faults that not every system knows.</summary>
    protected virtual IReadOnlyList<FaultKind> OwnFaults => [];

    /// <summary>What its security log tells of besides refused requests.</summary>
    protected abstract IReadOnlyList<SecurityEvent> SecurityEvents { get; }

    /// <summary>The clock of the simulated machine, which a fault may put wrong.</summary>
    protected DateTimeOffset Now => Clock.GetUtcNow().AddSeconds(Faults.Value(FaultKind.ClockSkew) ?? 0);

    protected double Skew => Faults.Value(FaultKind.ClockSkew) ?? 0;

    public IEnumerable<string> LatestLog(int count) => Log.Tail(count);

    /// <summary>The newest lines of one of its log files; null: there is no such file.</summary>
    public IReadOnlyList<string>? LogFile(string name) => Log.File(name);

    /// <summary>What answers on a port of the running program or of the machine below it; null: nothing.</summary>
    public Site? SiteAt(int port) => port == NodeSite.Port.Number ? NodeSite : IsRunning ? Sites.FirstOrDefault(site => site.Port.Number == port) : null;

    public bool IsRunning => host is { IsRunning: true };

    /// <summary>Moves the state to now. A program that is down or hangs does not move; the machine below it does, idle.</summary>
    public void Advance()
    {
        lock (Gate)
        {
            var seconds = Clock.GetElapsedTime(lastStep).TotalSeconds;
            if (seconds < ShortestStep)
                return;
            lastStep = Clock.GetTimestamp();
            var now = Clock.GetUtcNow();
            Node.FilledTo = Faults.Value(FaultKind.DiskFull);
            var moment = new Moment(now, Math.Min(seconds, LongestStep), Rhythm.Level(now));
            if (Faults.Has(FaultKind.Crash) || Faults.Has(FaultKind.Hang))
            {
                Node.Step(moment, IdleCpu, Faults.Has(FaultKind.Crash) ? 0 : Machine.MemoryBytes, 0, Skew);
                return;
            }
            Step(moment, Weather());
            security.Step(moment, Now, SecurityEvents);
        }
    }

    /// <summary>Whether a fault means anything here.</summary>
    public bool Knows(FaultKind kind) => !Special.Contains(kind) || OwnFaults.Contains(kind);

    /// <summary>Opens or closes the ports as it should be and as the crash fault asks. One caller at a time.</summary>
    public async Task ReconcileAsync(bool shouldRun, CancellationToken stop)
    {
        host ??= new(listens, Sites);
        if (!shouldRun || Faults.Has(FaultKind.Crash))
        {
            await host.StopAsync();
        }
        else if (!host.IsRunning)
        {
            Begin();
            await host.StartAsync(stop);
        }
    }

    /// <summary>Ends the program and starts it again: counters, uptime and what leaked begin anew. One caller at a time.</summary>
    public async Task RestartAsync(CancellationToken stop)
    {
        host ??= new(listens, Sites);
        await host.StopAsync();
        await ReconcileAsync(shouldRun: true, stop);
    }

    /// <summary>Writes log and database; called about once a second by one caller.</summary>
    public async Task PersistAsync(CancellationToken stop)
    {
        await Log.FlushAsync(stop);
        if (IsRunning && !Faults.Has(FaultKind.DatabaseGone))
            await SaveAsync(stop);
    }

    public async ValueTask DisposeAsync()
    {
        if (host is not null)
            await host.DisposeAsync();
        await Database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>What the program's and the machine's scrape targets answer now.</summary>
    public virtual IReadOnlyList<string> Expositions() => [Read(Page.Render), Read(Node.Render)];

    protected abstract void Step(Moment moment, Conditions conditions);

    /// <summary>Old events are thrown away; called under the lock.</summary>
    public virtual void PruneStore()
    {
    }

    /// <summary>The program begins anew; called under the lock.</summary>
    protected virtual void Restarted()
    {
    }

    protected virtual Task SaveAsync(CancellationToken stop) => Task.CompletedTask;

    protected Site NewSite() => new(new(), faultGate.PassAsync);

    /// <summary>Brings the state up to date and reads it.</summary>
    protected T Read<T>(Func<T> read)
    {
        Advance();
        lock (Gate)
            return read();
    }

    protected Task Metrics(HttpContext context) => context.Text(Read(Page.Render), Answers.PrometheusText);

    /// <summary>What requests meet now, from the faults in force.</summary>
    protected Conditions Weather()
    {
        var stretch = Faults.Has(FaultKind.CacheCold) ? 1.9 : 1;
        var failing = Math.Max(Faults.Value(FaultKind.Errors) ?? 0, Faults.Has(FaultKind.DatabaseGone) ? 0.85 : 0);
        // What makes requests wait is work that the instances share: twice as many have none of it left.
        var relief = Math.Clamp(2 - ((double)Machine.Replicas / Machine.UsualReplicas), 0, 1);
        var waiting = ((Faults.Value(FaultKind.Slow) ?? 0) * relief) + (Faults.Value(FaultKind.LongQuery) ?? 0);
        return new(waiting, stretch * (Premises.LogsStatements ? LoggedStretch : 1), failing, Faults.Value(FaultKind.ConnectionLeak) ?? 0);
    }

    /// <summary>What the processor does besides the usual work, which the instances share.</summary>
    protected double Strain(double usual) => usual + ((Faults.Value(FaultKind.BusyProcessor) ?? 0) * Machine.UsualReplicas / Math.Max(1, Machine.Replicas));

    /// <summary>Notes a request in the access log.</summary>
    /// <returns>Who it was, and the id under which the program writes of it.</returns>
    protected (string User, string Ip, string Correlation) NoteAccess(SimulatedRoute route, int status, double seconds)
    {
        var user = Users.Draw(users);
        if (Premises.IsDebugging && goodAnswers % DebugAnswersALine == 0)
            Log.Write(Now, "DEBUG", "debug", "request_handled", new { method = route.Method, path = route.Path, status, duration_ms = Math.Round(seconds * 1000) });
        if (Premises.LogsStatements && goodAnswers % DebugAnswersALine == 0)
            Log.Write(Now, "INFO", "statement", "LOG", new { duration_ms = Math.Round(seconds * 300) }, component: "database", message: $"statement: SELECT * FROM {route.Path.Split('/')[1]} WHERE id = $1");
        if (status >= 400 || goodAnswers++ % GoodAnswersALine == 0)
            Log.Access(Now, Users.Address(user), Users.Name(user), route.Method, route.Path, status, seconds);
        return (Users.Name(user), Users.Address(user), status >= 400 || seconds > 1 ? EventLog.NewCorrelation(Now) : "");
    }

    /// <summary>Answers a request for real: counted, as slow and as likely to fail as all others are now.</summary>
    protected async Task ServeAsync(HttpContext context, Traffic traffic, SimulatedRoute route, Func<object> body)
    {
        var (status, seconds) = Read(() =>
        {
            var conditions = Weather();
            var drawn = (Status: traffic.Status(route, conditions), Seconds: traffic.Duration(route, conditions));
            // a probe sends no token of a player: it is never refused
            return drawn.Status == StatusCodes.Status401Unauthorized ? (route.Success, drawn.Seconds) : drawn;
        });
        await Task.Delay(TimeSpan.FromSeconds(seconds), Clock, context.RequestAborted);
        lock (Gate)
            traffic.Record(route, status, seconds);
        await context.Json(status < 400 ? Read(body) : new { error = "internal_error", timestamp = Answers.Stamp(Now) }, status);
    }

    /// <summary>The system's own check of its database: a real statement.</summary>
    protected async Task DatabaseHealth(HttpContext context)
    {
        if (Faults.Has(FaultKind.DatabaseGone))
        {
            await context.Json(new { status = "unhealthy", error = "connection to database refused", timestamp = Answers.Stamp(Now) }, StatusCodes.Status503ServiceUnavailable);
            return;
        }
        var started = Clock.GetTimestamp();
        await Database.CountAsync("SELECT 1", context.RequestAborted);
        await context.Json(new { status = "healthy", latency_ms = Math.Round(Clock.GetElapsedTime(started).TotalMilliseconds, 2), timestamp = Answers.Stamp(Now) });
    }

    /// <summary>The newest log lines as they are in the file: <c>?tail=100</c>.</summary>
    protected Task Logs(HttpContext context)
    {
        var count = int.TryParse(context.Request.Query["tail"], out var asked) ? Math.Clamp(asked, 1, 500) : 100;
        return context.Text(string.Concat(Log.Tail(count).Select(line => line + "\n")), "application/x-ndjson");
    }

    void Begin()
    {
        lock (Gate)
        {
            Page.Reset();
            Machine.Restart(Now);
            Restarted();
            lastStep = Clock.GetTimestamp();
        }
        Log.Write(Now, "INFO", "system_event", "started", new { version = Machine.Version, replicas = Machine.Replicas });
    }
}
