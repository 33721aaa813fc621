namespace OpsDashboard.Alerts;

/// <summary>One entry of a rule group.</summary>
public abstract record GroupRule(string Name, string Expression, IReadOnlyDictionary<string, string> Labels, string File, int Line)
{
    /// <summary><c>system/group/name</c>, with <c>#2</c>, <c>#3</c> behind it where a group has several rules of that name. Stable while the file keeps its order.</summary>
    public string Id { get; init; } = "";
}

/// <summary>A condition over metrics, as a Prometheus rule file states it.</summary>
/// <param name="For">How long the condition has to hold before the alert fires.</param>
public sealed record AlertRule(string Name, string Expression, TimeSpan For, IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<string, string> Annotations, string File, int Line)
    : GroupRule(Name, Expression, Labels, File, Line)
{
    /// <summary>What a rule without the label means.</summary>
    public const string DefaultSeverity = "warning";

    /// <summary>How long the alert fires on when the condition is gone.</summary>
    public TimeSpan KeepFiringFor { get; init; }

    /// <summary>What rules.ops.yml says of it.</summary>
    public RuleExtras Extras { get; init; } = RuleExtras.None;

    /// <summary>critical, warning or info.</summary>
    public string Severity => Labels.GetValueOrDefault("severity", DefaultSeverity);
}

/// <summary>An expression whose answer is written back as a series of the rule's name.</summary>
public sealed record RecordingRule(string Name, string Expression, IReadOnlyDictionary<string, string> Labels, string File, int Line)
    : GroupRule(Name, Expression, Labels, File, Line);

/// <summary>Rules that are evaluated together, in order and as of the same instant, so that a later one sees what an earlier one recorded.</summary>
/// <param name="Interval">Null: the default of one second.</param>
public sealed record RuleGroup(string Name, TimeSpan? Interval, IReadOnlyList<GroupRule> Rules)
{
    public static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(1);

    /// <summary>A rule that yields more alerts or series than this fails; 0: no limit.</summary>
    public int Limit { get; init; }

    /// <summary>The rules are evaluated as of this long before the tick.</summary>
    public TimeSpan QueryOffset { get; init; }

    public TimeSpan Every => Interval ?? DefaultInterval;
}

/// <summary>A system's <c>rules.yml</c>.</summary>
public sealed record RuleDocument(IReadOnlyList<RuleGroup> Groups);
