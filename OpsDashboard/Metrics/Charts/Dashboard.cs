namespace OpsDashboard.Metrics.Charts;

/// <summary>How a value is written; figures are stored in base units.</summary>
public enum Unit { None, Count, PerSecond, Seconds, Bytes, BytesPerSecond, Ratio, Percent, FramesPerSecond, Score, Gwei, Days }

public enum BandState { Good, Warning, Critical }

public enum Comparison { Below, AtMost, AtLeast, Above }

/// <summary>Where a band begins, written <c>"&gt;= 50"</c> in YAML; the guides differ in whether the figure itself belongs to it.</summary>
public readonly record struct BandLimit(Comparison Comparison, double Value)
{
    public bool Holds(double value) => Comparison switch
    {
        Comparison.Below => value < Value,
        Comparison.AtMost => value <= Value,
        Comparison.AtLeast => value >= Value,
        _ => value > Value,
    };
}

/// <summary>The colour bands of a tile or chart. They colour their own tile and never roll up into health.</summary>
public sealed record Bands(BandLimit? Warning, BandLimit? Critical)
{
    public static readonly Bands None = new(null, null);

    public BandState State(double value) =>
        Critical is { } critical && critical.Holds(value) ? BandState.Critical
        : Warning is { } warning && warning.Holds(value) ? BandState.Warning
        : BandState.Good;
}

/// <summary>A line across a chart: the KPI's target (dotted green) or an alert's limit (dashed red). Three kinds never mix: band, target, limit.</summary>
public enum LineKind { Target, Limit, Capacity }

public sealed record ChartLine(LineKind Kind, double Value, string Text);

/// <summary>A time that a page marks in a chart, in milliseconds.</summary>
/// <param name="Track">current: in a strip at the foot; changed: over the whole height.</param>
public sealed record ChartBand(string Track, long From, long To);

/// <param name="Expression">PromQL, in base units.</param>
/// <param name="Legend">Text with <c>{{label}}</c> placeholders; null shows the labels that differ.</param>
/// <param name="Unit">Of this expression where it differs from the panel's; only tables have such.</param>
public sealed record PanelQuery(string Expression, string? Legend = null, Unit? Unit = null);

/// <summary>One chart or table of a dashboard.</summary>
/// <param name="Show">Null shows lines.</param>
/// <param name="Row">The label whose values are the rows of a table.</param>
/// <param name="PeakHours">The mean of the first expression over an hour: the chart then shades the peak hour of the day and names the peak of the last 24 hours.</param>
/// <param name="Link">An address of this program behind the panel, e.g. the log lines that it counts.</param>
public sealed record Panel(string Id, string Title, Unit Unit, IReadOnlyList<PanelQuery> Queries, IReadOnlyList<ChartLine> Lines, Bands Bands, string? Description = null, PanelShow? Show = null, string? Row = null, string? PeakHours = null, string? Link = null);

/// <summary>Panels under one title; a system's guide names its presets, people pin their own.</summary>
/// <param name="Source">Where it comes from, e.g. <c>DD:153-157</c>; null for a person's own.</param>
public sealed record Dashboard(string Id, string Title, IReadOnlyList<Panel> Panels, string? Source = null);
