using OpsDashboard.Metrics.Charts;
using OpsDashboard.Tests.Catalogue;
using Xunit;

namespace OpsDashboard.Tests.Metrics.Charts;

public sealed class DashboardFileTests
{
    const string Valid = """
        dashboards:
          - id: performance
            title: Performance
            source: DD:153-157
            panels:
              - id: latency
                title: Latency
                unit: seconds
                description: How long.
                queries: [ { expr: up, legend: '{{path}}' } ]
                lines: [ { kind: target, value: 0.5, text: target 500 ms } ]
                bands: { warning: ">= 0.05", critical: "> 0.2" }
        """;

    readonly DocumentReading file = new(syntax => new DashboardFile(syntax));

    [Fact]
    public void Read_EveryKey_ArrivesInThePanel()
    {
        var dashboard = Assert.Single(file.Read<DashboardDocument>(Valid).Dashboards);
        Assert.Equal(("performance", "Performance", "DD:153-157"), (dashboard.Id, dashboard.Title, dashboard.Source));
        var panel = Assert.Single(dashboard.Panels);
        Assert.Equal(("latency", "Latency", Unit.Seconds, "How long."), (panel.Id, panel.Title, panel.Unit, panel.Description));
        Assert.Equal([new PanelQuery("up", "{{path}}")], panel.Queries);
        Assert.Equal([new ChartLine(LineKind.Target, 0.5, "target 500 ms")], panel.Lines);
        Assert.Equal(new Bands(new(Comparison.AtLeast, 0.05), new(Comparison.Above, 0.2)), panel.Bands);
    }

    [Fact]
    public void Read_Table_SaysItsRowsAndUnits()
    {
        var panel = file.Read<DashboardDocument>(Valid.Replace("description: How long.", "show: bars\n        row: path").Replace("legend: '{{path}}' }", "legend: mean, unit: bytes }")).Dashboards[0].Panels[0];
        Assert.Equal((PanelShow.Bars, "path", new PanelQuery("up", "mean", Unit.Bytes)), (panel.Show, panel.Row, panel.Queries[0]));
        Assert.Null(file.Read<DashboardDocument>(Valid.Replace("description: How long.", "show: lines")).Dashboards[0].Panels[0].Show);
    }

    [Fact]
    public void Read_PeakHours_IsAnExpression()
    {
        Assert.Equal("up", file.Read<DashboardDocument>(Valid.Replace("description: How long.", "peak_hours: up")).Dashboards[0].Panels[0].PeakHours);
        Assert.Equal(["9: `peak_hours` is not a PromQL expression: unexpected word Try it in the metrics explorer."], file.Problems(Valid.Replace("description: How long.", "peak_hours: wrong")));
    }

    [Theory]
    [InlineData("unit: seconds", "unit: s", "8: `unit: s` is not one of none, count, perSecond, seconds, bytes, bytesPerSecond, ratio, percent, framesPerSecond, score, gwei, days. Write for example `unit: none`.")]
    [InlineData("kind: target", "kind: goal", "11: `kind: goal` is not one of target, limit, capacity. Write for example `kind: target`.")]
    [InlineData("value: 0.5", "value: much", "11: `value: much` is not a number. Write for example `value: 0.5`.")]
    [InlineData("expr: up", "expr: wrong", "10: `expr` is not a PromQL expression: unexpected word Try it in the metrics explorer.")]
    [InlineData("queries: [ { expr: up, legend: '{{path}}' } ]", "queries: []", "10: The panel `latency` has no query. Add `queries: [{ expr: '…' }]`.")]
    [InlineData("description: How long.", "colour: red", "9: `colour` is not known here. Known keys: bands, description, id, lines, link, peak_hours, queries, row, show, title, unit.")]
    public void Read_Wrong_NamesLineAndRemedy(string good, string bad, string expected) =>
        Assert.Equal([expected], file.Problems(Valid.Replace(good, bad)));

    [Fact]
    public void Read_SameIdsTwice_AreProblems() =>
        Assert.Equal(
            ["4: The panel `p` stands here twice. Give one of them another id.", "5: The dashboard `d` stands here twice. Give one of them another id."],
            file.Problems("dashboards:\n  - { id: d, title: D, panels: [ { id: p, title: P, queries: [{ expr: up }] },\n\n      { id: p, title: P, queries: [{ expr: up }] } ] }\n  - { id: d, title: D, panels: [ { id: p, title: P, queries: [{ expr: up }] } ] }\n"));
}
