using OpsDashboard.Catalogue;
using OpsDashboard.Logs.Files;
using OpsDashboard.Logs.Search;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.Collectors;

namespace OpsDashboard.Logs.Counters;

/// <summary>
/// Counts lines for <c>log_lines_total</c> and the counters of the systems' <c>logs.yml</c>. A counter begins at 0 with the program, as any counter does;
/// every process counts the lines that it stored, told apart by the label instance. Thread-safe.
/// </summary>
public sealed class LogCounters
{
    public const string Lines = "log_lines_total", Job = "logs";

    /// <summary>Label sets of one counter; what comes beyond is counted under the value <c>other</c>.</summary>
    public const int MostSeries = 100;

    const string Other = "other";

    readonly Lock gate = new();
    readonly string instance;
    readonly Dictionary<Labels, double> values = [];
    readonly Dictionary<(string System, LineLevel Level), Labels> lines = [];
    Dictionary<string, Defined[]> definitions = [];
    string environment = "";

    public LogCounters(string instance) => this.instance = instance;

    /// <summary>Takes the counters that the catalogue defines now. What was counted stays; what is defined no longer ends.</summary>
    public void Define(CatalogueSnapshot catalogue)
    {
        lock (gate)
        {
            environment = catalogue.Environment;
            lines.Clear();
            definitions = catalogue.Systems.ToDictionary(system => system.Id, system => (system.Document<LogsDocument>() ?? LogsDocument.Empty).Counters.Select(counter => new Defined(counter)).ToArray());
            var metrics = definitions.ToDictionary(pair => pair.Key, pair => pair.Value.Select(defined => defined.Counter.Metric).Append(Lines).ToHashSet());
            foreach (var gone in values.Keys.Where(labels => !(metrics.TryGetValue(labels[TargetLabels.System] ?? "", out var known) && known.Contains(labels.Metric))).ToArray())
                values.Remove(gone);
            foreach (var system in catalogue.Systems)
                Begin(system, definitions[system.Id]);
        }
    }

    // At 0 before the first line, so that increase() sees the first one.
    void Begin(MonitoredSystem system, Defined[] counters)
    {
        foreach (var level in Enum.GetValues<LineLevel>())
        {
            lines[(system.Id, level)] = Identity(Lines, system.Id, null, ("level", Word(level)));
            values.TryAdd(lines[(system.Id, level)], 0);
        }
        var components = (system.Document<LogsDocument>() ?? LogsDocument.Empty).Files.Select(files => files.Component).Distinct().ToList();
        foreach (var defined in counters.Where(defined => defined.Counter.Labels.Count == 0))
        {
            var possible = defined.Counter.Match.Components.Count > 0 ? [.. defined.Counter.Match.Components] : components;
            foreach (var component in possible)
                values.TryAdd(Identity(defined.Counter.Metric, system.Id, component), 0);
        }
    }

    public void Count(IReadOnlyList<LogEntry> entries)
    {
        lock (gate)
        {
            foreach (var entry in entries)
            {
                if (entry.SystemId is not { } system || !definitions.TryGetValue(system, out var defined))
                    continue;
                Add(lines[(system, entry.Level)]);
                foreach (var one in defined)
                {
                    if (one.Match.MatchesWhole(entry))
                        Add(one.Identity(this, entry));
                }
            }
        }
    }

    /// <summary>Every counter with its value now.</summary>
    public IReadOnlyList<(Labels Labels, double Value)> Read()
    {
        lock (gate)
            return [.. values.Select(pair => (pair.Key, pair.Value))];
    }

    /// <summary>What the counters are, for the metadata.</summary>
    public IReadOnlyList<MetricMetadata> Describe()
    {
        lock (gate)
        {
            return [new(Lines, MetricKind.Counter, "Log lines stored, by level."),
                .. definitions.Values.SelectMany(defined => defined).Select(defined => new MetricMetadata(defined.Counter.Metric, MetricKind.Counter, defined.Counter.Help))];
        }
    }

    void Add(Labels labels) => values[labels] = values.GetValueOrDefault(labels) + 1;

    Labels Identity(string metric, string system, string? component, params IEnumerable<(string Name, string Value)> more) => Labels.From(
    [
        new(Labels.NameLabel, metric), new(TargetLabels.System, system), new(TargetLabels.Component, component ?? ""), new(TargetLabels.Environment, environment),
        new(TargetLabels.Job, Job), new(TargetLabels.Instance, instance), .. more.Select(label => new Label(label.Name, label.Value)),
    ]);

    static string Word(LineLevel level) => level.ToString().ToLowerInvariant();

    sealed class Defined(LogCounter counter)
    {
        readonly HashSet<string> seen = [];

        public LogCounter Counter { get; } = counter;

        public LineMatch Match { get; } = LineMatch.Of(counter.Match);

        public Labels Identity(LogCounters counters, LogEntry entry)
        {
            var labels = Counter.Labels.Select(label => (label.Key, Value(entry, label.Value))).ToArray();
            var isKnown = labels.Length == 0 || seen.Contains(Key(labels));
            if (!isKnown && seen.Count < MostSeries)
                isKnown = seen.Add(Key(labels));
            return counters.Identity(Counter.Metric, entry.SystemId!, entry.Component, isKnown ? labels : labels.Select(label => (label.Key, Other)));
        }

        static string Key((string, string)[] labels) => string.Join('\u001f', labels.Select(label => label.Item2));

        static string Value(LogEntry entry, string part) => part switch
        {
            "level" => Word(entry.Level),
            "category" => entry.Category ?? "",
            "event" => entry.Event ?? "",
            _ => entry[part] ?? "",
        };
    }
}
