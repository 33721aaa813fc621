using OpsDashboard.Alerts.Silences;
using OpsDashboard.Metrics;

namespace OpsDashboard.Alerts.Routing;

/// <summary>A node of Alertmanager's routing tree, with what it inherits from its parent filled in (alertmanager dispatch/route.go).</summary>
public sealed record Route
{
    public static readonly TimeSpan DefaultGroupWait = TimeSpan.FromSeconds(30), DefaultGroupInterval = TimeSpan.FromMinutes(5), DefaultRepeatInterval = TimeSpan.FromHours(4);

    public required string Receiver { get; init; }
    public IReadOnlyList<LabelMatcher> Matchers { get; init; } = [];

    /// <summary>Alerts with the same values of these labels are told together.</summary>
    public IReadOnlyList<string> GroupBy { get; init; } = [];

    /// <summary><c>group_by: ['...']</c>: every alert by itself.</summary>
    public bool GroupsByAll { get; init; }
    public TimeSpan GroupWait { get; init; } = DefaultGroupWait;
    public TimeSpan GroupInterval { get; init; } = DefaultGroupInterval;
    public TimeSpan RepeatInterval { get; init; } = DefaultRepeatInterval;
    public bool Continue { get; init; }

    /// <summary>Names of time intervals in which nobody is told.</summary>
    public IReadOnlyList<string> MuteTimeIntervals { get; init; } = [];

    /// <summary>Names of time intervals outside of which nobody is told.</summary>
    public IReadOnlyList<string> ActiveTimeIntervals { get; init; } = [];
    public IReadOnlyList<Route> Routes { get; init; } = [];
    public int Line { get; init; }

    /// <summary>The matchers from the root to here, as Alertmanager's API writes them.</summary>
    public required string Key { get; init; }

    /// <summary>Where an alert with these labels goes: the deepest matching nodes, in the order of the file.</summary>
    public IReadOnlyList<Route> Match(Labels labels)
    {
        if (!Matchers.All(matcher => matcher.Matches(labels)))
            return [];
        var found = new List<Route>();
        foreach (var child in Routes)
        {
            var below = child.Match(labels);
            found.AddRange(below);
            if (below.Count > 0 && !child.Continue)
                break;
        }
        return found.Count > 0 ? found : [this];
    }

    public Labels GroupOf(Labels labels) => GroupsByAll ? labels : labels.Only(GroupBy);

    public string GroupKey(Labels group) => $"{Key}:{group}";

    public static string KeyOf(string? parent, IEnumerable<LabelMatcher> matchers)
    {
        var own = "{" + string.Join(",", matchers.Select(MatcherText.Write)) + "}";
        return parent is null ? own : $"{parent}/{own}";
    }
}
