using System.Globalization;
using System.Text.RegularExpressions;
using OpsDashboard.Metrics;
using OpsDashboard.Simulator;
using OpsDashboard.Simulator.Control;
using OpsDashboard.Simulator.Faults;
using OpsDashboard.Simulator.Systems;
using OpsDashboard.Tests.Testing;

namespace OpsDashboard.Tests.Runbooks.Procedures;

/// <summary>One simulated system in virtual time, read every second as its targets, probes, beacons and log counters read it.</summary>
sealed partial class ScrapedSystem : IAsyncDisposable
{
    static readonly TimeSpan Step = TimeSpan.FromMilliseconds(250);
    static readonly string[] Ours = ["system", "component", "environment", "job", "instance"];
    static readonly string[] Files = ["application.log", "security.log", "error.log", "access.log"];

    /// <summary>The component and job of each page that the system exposes, in its order.</summary>
    static readonly Dictionary<string, (string Component, string Job)[]> Pages = new()
    {
        ["case-opening"] = [("api", "cg-api"), ("host", "cg-node")],
        ["dnd-companion"] = [("backend", "dnd-backend"), ("host", "dnd-node"), ("frontend", "dnd-frontend")],
        ["liap-tui"] = [("server", "lt-metrics"), ("host", "lt-node")],
        ["nba-projections"] = [("api", "nba-api"), ("host", "nba-node")],
        ["quantum-nexus"] = [("platform", "qn-platform"), ("host", "qn-node")],
    };

    readonly string folder = Directory.CreateTempSubdirectory("procedure").FullName;
    readonly Dictionary<string, Labels> known = [];
    readonly Dictionary<string, double> counts = [];
    readonly Dictionary<string, string?> lastLines = [];
    readonly HashSet<Labels> live = [];
    double unhealthy;
    int passed;

    public ScrapedSystem(string id)
    {
        Fleet = new(Clock, folder, 1, made => new ControlSite(made, "token", Clock).Build(), listens: false);
        System = Fleet.Find(id)!;
    }

    public FakeTimeProvider Clock { get; } = new();

    public Fleet Fleet { get; }

    public SimulatedSystem System { get; }

    public ScrapedSamples Samples { get; } = new();

    string Main => Pages[System.Id][0].Component;

    public Task StartAsync() => Fleet.StartAsync(default);

    /// <summary>A quarter of a second; every fourth is a whole one, in which everything is read.</summary>
    public void Pass()
    {
        Clock.Advance(Step);
        _ = System.ReconcileAsync(shouldRun: true, default);
        System.Advance();
        if (++passed % 4 == 0)
            Read();
    }

    public async ValueTask DisposeAsync()
    {
        await Fleet.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    void Read()
    {
        var answers = System.IsRunning && !System.Faults.Has(FaultKind.Hang) && !System.Faults.Has(FaultKind.GarbageOutput);
        var pages = System.Expositions();
        for (var i = 0; i < pages.Count; i++)
            Read(Pages[System.Id][i], answers || Pages[System.Id][i].Component == "host" ? pages[i] : null);
        if (System is CaseOpening game && answers)
            Add(game.Frames(), "frame_rate", "web", "cg-beacons");
        unhealthy = answers && System.Store.IsUp ? 0 : unhealthy + 1;
        if (System is LiapTui)
            Add(unhealthy, "collector_consecutive_failures", "server", "lt-health");
        foreach (var file in Files)
            Count(file);
        foreach (var (series, count) in counts)
            Add(count, series, series.StartsWith("log_denied", StringComparison.Ordinal) ? "web" : Main, "logs");
    }

    void Read((string Component, string Job) target, string? page)
    {
        Add(page is null ? 0 : 1, "up", target.Component, target.Job);
        var seen = new HashSet<Labels>();
        foreach (var line in (page ?? "").Split('\n'))
        {
            if (line.Length == 0 || line[0] == '#')
                continue;
            var split = line.LastIndexOf(' ');
            seen.Add(Add(double.Parse(line.AsSpan(split + 1), NumberStyles.Float, CultureInfo.InvariantCulture), line[..split], target.Component, target.Job));
        }
        // What a scrape does not bring any more is stale.
        foreach (var gone in live.Where(labels => labels["job"] == target.Job && !seen.Contains(labels)).ToArray())
        {
            Samples.Add(gone, Clock.GetUtcNow().ToUnixTimeMilliseconds(), StaleMarker.Value);
            live.Remove(gone);
        }
        live.UnionWith(seen);
    }

    Labels Add(double value, string series, string component, string job)
    {
        var key = $"{job} {series}";
        if (!known.TryGetValue(key, out var labels))
            known.Add(key, labels = LabelsOf(series, component, job));
        Samples.Add(labels, Clock.GetUtcNow().ToUnixTimeMilliseconds(), value);
        return labels;
    }

    Labels LabelsOf(string series, string component, string job)
    {
        var own = Pair().Matches(series).Select(match => (Name: match.Groups[1].Value, match.Groups[2].Value)).Select(pair => (Ours.Contains(pair.Name) ? $"exported_{pair.Name}" : pair.Name, pair.Value));
        return Labels.Of(series.Split('{')[0], [.. own, ("system", System.Id), ("component", component), ("environment", "simulator"), ("job", job), ("instance", job)]);
    }

    void Count(string file)
    {
        var lines = System.LogFile(file)!;
        var last = lastLines.GetValueOrDefault(file);
        foreach (var line in lines.Reverse().TakeWhile(line => !ReferenceEquals(line, last)))
        {
            foreach (var series in CountersOf(file, line))
                counts[series] = counts.GetValueOrDefault(series) + 1;
        }
        lastLines[file] = lines.LastOrDefault();
        foreach (var counter in new[] { "log_critical_errors_total", "log_recovery_failures_total" })
            counts.TryAdd(counter, 0);
    }

    // As logs.yml of the systems defines them.
    static IEnumerable<string> CountersOf(string file, string line)
    {
        if (file == "error.log")
            yield return "log_critical_errors_total";
        if (line.Contains("\"event\":\"RECOVERY_FAILED\"", StringComparison.Ordinal))
            yield return "log_recovery_failures_total";
        if (file == "security.log" && EventName().Match(line) is { Success: true } match)
            yield return $"log_security_events_total{{event=\"{match.Groups[1].Value}\"}}";
        if (file == "access.log" && (line.Contains(" 401 ", StringComparison.Ordinal) || line.Contains(" 403 ", StringComparison.Ordinal)))
            yield return "log_denied_requests_total";
    }

    [GeneratedRegex("""([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"[,}]""")]
    private static partial Regex Pair();

    [GeneratedRegex("""event":"([^"]+)""")]
    private static partial Regex EventName();
}
