using OpsDashboard.Alerts.Silences;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics;

namespace OpsDashboard.Alerts.Routing;

/// <summary>Reads <c>alertmanager.yml</c>: the configuration of Prometheus' Alertmanager, as a team has it already. What is not sent from here is named in a warning.</summary>
sealed class RoutingFile : IRootDocument
{
    const int MostRoutes = 2000;

    public string FileName => "alertmanager.yml";

    public Type DocumentType => typeof(RoutingTable);

    public object Read(YamlMap root, IReadOnlyDictionary<Type, object> before)
    {
        var errors = root.ErrorCount;
        var globals = GlobalSettings.Read(root.Map("global"));
        var intervals = TimeIntervalFile.Read(root);
        var receivers = ReadReceivers(root, globals);
        var inhibitions = root.Maps("inhibit_rules").Select(ReadInhibition).ToArray();
        root.Texts("templates");
        Route? tree = null;
        if (root.Map("route") is { } map)
            tree = new RouteReader(receivers, intervals).Read(map);
        else
            root.Report("route", "`route` is missing.", "Add `route: { receiver: … }`.");
        return tree is null || root.ErrorCount > errors ? RoutingTable.Default : new RoutingTable(tree, receivers, inhibitions, intervals) { ResolveTimeout = globals.ResolveTimeout, Mail = globals.Mail };
    }

    static Dictionary<string, Receiver> ReadReceivers(YamlMap root, GlobalSettings globals)
    {
        var receivers = new Dictionary<string, Receiver>();
        foreach (var entry in root.Maps("receivers"))
        {
            var receiver = ReceiverFile.Read(entry, globals);
            if (receiver.Name.Length > 0 && !receivers.TryAdd(receiver.Name, receiver))
                entry.Report("name", $"The receiver `{receiver.Name}` stands here twice.", "Give one of them another name.");
        }
        return receivers;
    }

    static InhibitRule ReadInhibition(YamlMap entry)
    {
        var rule = new InhibitRule(Matchers(entry, "source_match", "source_match_re", "source_matchers"), Matchers(entry, "target_match", "target_match_re", "target_matchers"), entry.Texts("equal"));
        entry.RejectUnknownKeys();
        return rule;
    }

    /// <summary>The three ways in which Alertmanager writes matchers, together.</summary>
    internal static IReadOnlyList<LabelMatcher> Matchers(YamlMap map, string equal, string regex, string list)
    {
        var found = new List<LabelMatcher>();
        foreach (var (key, kind) in new[] { (equal, MatchKind.Equal), (regex, MatchKind.Regex) })
        {
            foreach (var (name, value) in map.TextMap(key))
                Add(map, key, found, () => [MatcherText.Create(name, kind, value)]);
        }
        foreach (var text in map.Texts(list))
            Add(map, list, found, () => MatcherText.ParseAll(text));
        return [.. found.OrderBy(matcher => matcher.Name, StringComparer.Ordinal).ThenBy(matcher => matcher.Value, StringComparer.Ordinal)];
    }

    static void Add(YamlMap map, string key, List<LabelMatcher> found, Func<IReadOnlyList<LabelMatcher>> read)
    {
        try
        {
            found.AddRange(read());
        }
        catch (FormatException wrong)
        {
            map.Report(key, wrong.Message, "Write for example `matchers: ['severity=\"critical\"']`.");
        }
    }

    sealed class RouteReader(Dictionary<string, Receiver> receivers, IReadOnlyDictionary<string, IReadOnlyList<TimeInterval>> intervals)
    {
        int count;

        public Route Read(YamlMap map, Route? parent = null)
        {
            if (++count == MostRoutes)
                map.ReportAt(map.Line, $"There are more than {MostRoutes} routes.", "Use fewer, with regular expressions.");
            var matchers = Matchers(map, "match", "match_re", "matchers");
            var receiver = map.Text("receiver") ?? parent?.Receiver ?? "";
            var route = (parent ?? new() { Receiver = receiver, Key = "" }) with
            {
                Receiver = receiver,
                Matchers = matchers,
                Key = Route.KeyOf(parent?.Key, matchers),
                Continue = map.Flag("continue") ?? false,
                MuteTimeIntervals = Known(map, "mute_time_intervals"),
                ActiveTimeIntervals = Known(map, "active_time_intervals"),
                GroupWait = map.Duration("group_wait") ?? parent?.GroupWait ?? Route.DefaultGroupWait,
                GroupInterval = Positive(map, "group_interval") ?? parent?.GroupInterval ?? Route.DefaultGroupInterval,
                RepeatInterval = Positive(map, "repeat_interval") ?? parent?.RepeatInterval ?? Route.DefaultRepeatInterval,
                Line = map.Line,
                Routes = [],
            };
            route = Grouped(map, route);
            Check(map, route, parent is null);
            var children = count < MostRoutes ? map.Maps("routes").Select(child => Read(child, route)).ToArray() : [];
            map.RejectUnknownKeys();
            return route with { Routes = children };
        }

        static Route Grouped(YamlMap map, Route route)
        {
            if (!map.Has("group_by"))
                return route;
            var labels = map.Texts("group_by");
            if (labels.Contains("...") && labels.Count > 1)
                map.Report("group_by", "`...` stands for every label.", "Write `group_by: ['...']` alone.");
            foreach (var label in labels.Where(label => label != "..." && !YamlMap.IsLabelName(label)))
                map.Report("group_by", $"`{label}` is no label name.", "Use letters, digits and underscores.");
            foreach (var twice in labels.GroupBy(label => label).Where(group => group.Count() > 1))
                map.Report("group_by", $"`{twice.Key}` stands here twice.", "Keep one of them.");
            return route with { GroupsByAll = labels.Contains("..."), GroupBy = labels.Contains("...") ? [] : labels };
        }

        void Check(YamlMap map, Route route, bool isRoot)
        {
            if (route.Receiver.Length == 0)
                map.Report("receiver", "The route has no receiver.", "Add `receiver:` with the name of one below `receivers`.");
            else if (!receivers.ContainsKey(route.Receiver))
                map.Report("receiver", $"There is no receiver `{route.Receiver}`.", receivers.Count == 0 ? "Add it below `receivers`." : $"Use one of {string.Join(", ", receivers.Keys)}.");
            if (!isRoot)
                return;
            if (route.Matchers.Count > 0)
                map.Report("matchers", "The root route takes every alert and has no matchers.", "Move them to a route below `routes`.");
            if (route.Continue)
                map.Report("continue", "The root route cannot continue.", "Remove `continue`.");
            if (route.MuteTimeIntervals.Count + route.ActiveTimeIntervals.Count > 0)
                map.Report(route.MuteTimeIntervals.Count > 0 ? "mute_time_intervals" : "active_time_intervals", "The root route has no time intervals.", "Move them to a route below `routes`.");
        }

        IReadOnlyList<string> Known(YamlMap map, string key)
        {
            var names = map.Texts(key);
            foreach (var name in names.Where(name => !intervals.ContainsKey(name)))
                map.Report(key, $"There is no time interval `{name}`.", "Define it below `time_intervals`.");
            return names;
        }

        static TimeSpan? Positive(YamlMap map, string key)
        {
            var value = map.Duration(key);
            if (value == TimeSpan.Zero)
                map.Report(key, $"`{key}` cannot be 0.", $"Write for example `{key}: 5m`.");
            return value;
        }
    }
}
