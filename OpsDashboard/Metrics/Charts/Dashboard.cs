namespace OpsDashboard.Metrics.Charts;

/// <summary>How a value is written; figures are stored in base units.</summary>
public enum Unit { None, Count, PerSecond, Seconds, Bytes, BytesPerSecond, Ratio, Percent, FramesPerSecond, Score, Gwei, Days }

/// <summary>A colour band of a tile or chart: values from <paramref name="From"/> (inclusive) up to the next band.</summary>
public enum BandState { Good, Warning, Critical }

public sealed record Band(double From, BandState State);

/// <summary>A line across a chart: the KPI's target (dotted green) or an alert's limit (dashed red). Three kinds never mix: band, target, limit.</summary>
public enum LineKind { Target, Limit, Capacity }

public sealed record ChartLine(LineKind Kind, double Value, string Text);

/// <param name="Expression">PromQL, in base units.</param>
/// <param name="Legend">Text with <c>{{label}}</c> placeholders; null shows the labels that differ.</param>
public sealed record PanelQuery(string Expression, string? Legend = null);

/// <summary>One chart of a dashboard.</summary>
public sealed record Panel(string Id, string Title, Unit Unit, IReadOnlyList<PanelQuery> Queries, IReadOnlyList<ChartLine> Lines, IReadOnlyList<Band> Bands, string? Description = null);

/// <summary>Panels under one title; a system's guide names its presets, people pin their own.</summary>
/// <param name="Source">Where it comes from, e.g. <c>DD:153-157</c>; null for a person's own.</param>
public sealed record Dashboard(string Id, string Title, IReadOnlyList<Panel> Panels, string? Source = null);
