using OpsDashboard.Catalogue;
using OpsDashboard.Access;
using OpsDashboard.Logs.Counters;
using OpsDashboard.Logs.Search;
using OpsDashboard.Metrics.Collectors;

namespace OpsDashboard.Logs.Files;

/// <summary>
/// Reads a <c>logs.yml</c>:
/// <code>
/// files:
///   - folder: "${cg_logs}"                # empty in an environment: left out there
///     names: [application.log, "*.json.log"]
///     component: api
///     category: application               # for lines that name none
///     levels: [warn, error, fatal]        # only these are kept
/// counters:
///   - metric: log_critical_errors_total
///     help: Critical errors.
///     match: { levels: [fatal], events: [...], categories: [...], components: [...], fields: { status: "403" }, text: 'word|"a phrase"' }
///     labels: { path: details.path }      # label: part or field of the line
/// </code>
/// What a line is (JSON, access log, plain text) it says by itself.
/// </summary>
public sealed class LogsFile : ICatalogueDocument
{
    static readonly HashSet<string> OwnLabels = [TargetLabels.System, TargetLabels.Component, TargetLabels.Environment, TargetLabels.Job, TargetLabels.Instance, "le", "quantile"];
    static readonly string[] ClosedFolders = ["/proc", "/sys", "/dev"];

    public string FileName => "logs.yml";

    public Type DocumentType => typeof(LogsDocument);

    public object Read(YamlMap root, MonitoredSystem system)
    {
        var files = new List<FollowedFiles>();
        foreach (var entry in root.Maps("files"))
        {
            if (ReadFiles(entry, system) is { } read)
                files.Add(read);
            entry.RejectUnknownKeys();
        }
        var counters = new Dictionary<string, LogCounter>();
        foreach (var entry in root.Maps("counters"))
        {
            var counter = ReadCounter(entry);
            entry.RejectUnknownKeys();
            if (counter.Metric.Length > 0 && !counters.TryAdd(counter.Metric, counter))
                entry.Report("metric", $"The counter `{counter.Metric}` stands here twice.", "Give one of them another name, or write both conditions into one with `|`.");
        }
        return new LogsDocument(files, [.. counters.Values]);
    }

    // Null: the folder is empty in this environment.
    static FollowedFiles? ReadFiles(YamlMap entry, MonitoredSystem system)
    {
        var folder = entry.Has("folder") ? entry.Text("folder") ?? "" : entry.Required("folder");
        var names = entry.Texts("names");
        if (names.Count == 0)
            entry.Report("names", "There is no name here.", "Write `names: [application.log]`.");
        foreach (var name in names.Where(name => name.Length == 0 || name is "." or ".." || name.IndexOfAny(['/', '\\', '\0']) >= 0))
            entry.Report("names", $"`{name}` is no name of a file.", "Write names or patterns within the folder, e.g. `*.log`.");
        if (folder.Contains('\0') || folder.Split('/', '\\').Contains(".."))
            entry.Report("folder", $"`{folder}` leads upwards.", "Write the folder itself.");
        else if (ClosedFolders.Any(closed => folder == closed || folder.StartsWith($"{closed}/", StringComparison.Ordinal)))
            entry.Report("folder", $"`{folder}` holds no logs.", "Name the folder into which the program writes its log.");
        var component = entry.Text("component");
        if (component is not null && system.Components.All(known => known.Id != component))
            entry.Report("component", $"`{component}` is no component of {system.Id}.", $"Known components: {string.Join(", ", system.Components.Select(known => known.Id))}.");
        var read = new FollowedFiles(folder, names, component, entry.Text("category"), Levels(entry), entry.File, entry.Line);
        return folder.Length > 0 ? read : null;
    }

    static LogCounter ReadCounter(YamlMap entry)
    {
        var metric = entry.Required("metric");
        if (metric.Length > 0 && !(YamlMap.IsLabelName(metric) && metric.EndsWith("_total", StringComparison.Ordinal)))
            entry.Report("metric", $"`{metric}` is not the name of a counter.", "Write letters, digits and underscores, ending in `_total`.");
        else if (metric == LogCounters.Lines)
            entry.Report("metric", $"`{metric}` is counted for every system already.", "Choose another name.");
        var labels = entry.TextMap("labels");
        foreach (var name in labels.Keys.Where(name => !YamlMap.IsLabelName(name) || OwnLabels.Contains(name) || name.StartsWith("__", StringComparison.Ordinal)))
            entry.Report("labels", $"`{name}` cannot be a label here.", $"Use letters, digits and underscores; {string.Join(", ", OwnLabels.Order(StringComparer.Ordinal))} are set already.");
        return new(metric, entry.Required("help"), ReadMatch(entry), labels);
    }

    static LogFilter ReadMatch(YamlMap entry)
    {
        if (entry.Map("match") is not { } match)
        {
            if (!entry.Has("match"))
                entry.Report("match", "`match` is missing.", "Write which lines count, e.g. `match: { levels: [fatal] }`.");
            return new();
        }
        var filter = new LogFilter
        {
            Levels = Levels(match),
            Events = match.Texts("events"),
            Categories = match.Texts("categories"),
            Components = match.Texts("components"),
            Fields = [.. match.TextMap("fields").SelectMany(field => field.Value.Split('|'), (field, value) => new LogField(field.Key, value))],
            Text = match.Text("text"),
            CaseSensitive = match.Flag("case_sensitive") ?? false,
        };
        if (match.Keys.All(key => key == "case_sensitive"))
            entry.Report("match", "`match` is empty: every line would count.", "Every line is counted in log_lines_total already; name levels, events, categories, components, fields or text.");
        match.RejectUnknownKeys();
        try
        {
            LineMatch.Of(filter);
            return filter;
        }
        catch (InvalidInputException wrong)
        {
            entry.Report("match", $"`match` cannot be: {string.Join(" ", wrong.Problems.Select(problem => $"{problem.Field} {problem.Message}"))}", "Try it on the page Logs.");
            return new();
        }
    }

    static List<LineLevel> Levels(YamlMap map)
    {
        var levels = new List<LineLevel>();
        foreach (var word in map.Texts("levels"))
        {
            if (Enum.TryParse<LineLevel>(word, ignoreCase: true, out var level) && word.All(char.IsAsciiLetter))
                levels.Add(level);
            else
                map.Report("levels", $"`{word}` is not a level.", $"Levels: {string.Join(", ", Enum.GetNames<LineLevel>().Select(name => name.ToLowerInvariant()))}.");
        }
        return levels;
    }
}
