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
abstract partial class SimulatedSystem : IAsyncDisposable
{
    const double LongestStep = 10;
    const double ShortestStep = 0.02;

    /// <summary>What a machine does whose program is down.</summary>
    const double IdleCpu = 0.03;

    /// <summary>What means something only to those systems that say so.</summary>
    static readonly FaultKind[] Special = [FaultKind.FrameDrop, FaultKind.CacheCold, FaultKind.Flood, FaultKind.ThirdParty];

    /// <summary>What logging every statement costs.</summary>
    const double LoggedStretch = 1.15;

    readonly FaultGate faultGate;
    readonly bool listens;
    readonly SecurityScene security;
    readonly AccessLog access;
    long lastStep;

    protected SimulatedSystem(string id, string name, Ground ground, Rhythm rhythm, string schema)
    {
        (Id, Name, Clock, Rhythm, listens) = (id, name, ground.Clock, rhythm, ground.Listens);
        Draw = new(ground.Seed);
        Faults = new(Clock);
        faultGate = new(Faults, Clock);
        Log = new(Path.Combine(ground.Folder, "logs"));
        // Chance of their own: who is written of changes nothing of what happens.
        access = new(new(ground.Seed + 1), Log, Premises);
        security = new(new(ground.Seed + 2), Log, Faults, Premises);
        Database = new(ground.Folder, schema);
        Node = new(rhythm, 4, Clock.GetUtcNow());
        // Database and cache are asked beside the program, as their exporters would: a program that is gone says nothing of them.
        NodeSite = new Site(new()).Get("/health/database", DatabaseHealth).Get("/metrics", context => context.Text(Read(Node.Render), Answers.PrometheusText))
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

    protected abstract void Step(Moment moment, Conditions conditions);

    /// <summary>Old events are thrown away; called under the lock.</summary>
    public virtual void PruneStore()
    {
    }

    /// <summary>Brings the state up to date and reads it.</summary>
    protected T Read<T>(Func<T> read)
    {
        Advance();
        lock (Gate)
            return read();
    }

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
}
