namespace OpsDashboard.Alerts;

/// <summary>What an alert does when the expression's measured part selects nothing at all.</summary>
public enum NoDataPolicy
{
    /// <summary>As Prometheus: the condition is not true, so the alert resolves.</summary>
    Resolve,

    /// <summary>Nothing was learnt, so everything stays as it is.</summary>
    Keep,

    /// <summary>That nothing is there is the alert.</summary>
    Fire,
}

/// <summary>Another line of the same condition: one alert, whose severity is that of the worst line crossed.</summary>
public sealed record AlertLevel(string Severity, double Threshold);

/// <summary>At least so many of the last evaluations found the condition true.</summary>
public sealed record RepeatedCondition(int AtLeast, int Of);

/// <summary>What a Prometheus rule file cannot say of a rule, from <c>rules.ops.yml</c>.</summary>
public sealed record RuleExtras
{
    public static readonly RuleExtras None = new();

    /// <summary>Why the rule is not evaluated; null: it is.</summary>
    public string? Off { get; init; }

    /// <summary>What fires goes on until the value is back beyond this line.</summary>
    public double? Recovery { get; init; }

    /// <summary>Null: every evaluation counts for itself.</summary>
    public RepeatedCondition? Matches { get; init; }
    public NoDataPolicy NoData { get; init; }

    /// <summary>Besides the rule's own severity and threshold.</summary>
    public IReadOnlyList<AlertLevel> Levels { get; init; } = [];

    /// <summary>PromQL; the condition counts only where its answer has an element whose labels the alert carries.</summary>
    public string? Guard { get; init; }

    /// <summary>Ids of the runbooks that help.</summary>
    public IReadOnlyList<string> Runbooks { get; init; } = [];

    /// <summary>The rule judges what is measured itself.</summary>
    public bool JudgesValues => Recovery is not null || Levels.Count > 0 || NoData != NoDataPolicy.Resolve;

    /// <summary>Equal for extras by which a rule is evaluated alike.</summary>
    internal string Key => string.Join('|', [Off, Recovery, Matches, NoData, .. Levels, Guard]);
}

/// <summary>A system's <c>rules.ops.yml</c>: extras by <c>group/alert</c>, with the place where they stand.</summary>
public sealed record RuleOpsDocument(IReadOnlyDictionary<string, (RuleExtras Extras, string File, int Line)> Rules)
{
    public static readonly RuleOpsDocument Empty = new(new Dictionary<string, (RuleExtras, string, int)>());

    public RuleExtras Of(string systemId, GroupRule rule) =>
        rule.Id.StartsWith(systemId + "/", StringComparison.Ordinal) ? Rules.GetValueOrDefault(rule.Id[(systemId.Length + 1)..]).Extras ?? RuleExtras.None : RuleExtras.None;
}
