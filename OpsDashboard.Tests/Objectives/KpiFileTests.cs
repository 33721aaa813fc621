using OpsDashboard.Metrics.Charts;
using OpsDashboard.Objectives;
using OpsDashboard.Tests.Catalogue;
using Xunit;

namespace OpsDashboard.Tests.Objectives;

public sealed class KpiFileTests
{
    const string Valid = """
        kpis:
          - id: fps
            title: Frame rate
            short: FPS
            expr: min(frame_rate)
            unit: framesPerSecond
            target: { value: 60, better: higher }
            bands: { warning: "< 55", critical: "<= 50" }
            capacity: 70
            overview: true
            definition: Frames drawn.
            source: CG:138-141
        """;

    readonly DocumentReading file = new(syntax => new KpiFile(syntax));

    [Fact]
    public void Read_EveryKey_ArrivesInTheKpi()
    {
        var kpi = Assert.Single(file.Read<KpiDocument>(Valid).Kpis);
        Assert.Equal(
            new Kpi("fps", "Frame rate", "FPS", "min(frame_rate)", Unit.FramesPerSecond, new(60, Better.Higher), new(new(Comparison.Below, 55), new(Comparison.AtMost, 50)), 70, true, "Frames drawn.", "CG:138-141"),
            kpi);
    }

    [Fact]
    public void Read_WithoutTargetOrBands_LeavesThemOpen()
    {
        var kpi = file.Read<KpiDocument>("kpis: [{ id: a, title: A, expr: up, unit: count, definition: D }]").Kpis[0];
        Assert.Null(kpi.Target);
        Assert.Equal(Bands.None, kpi.Bands);
        Assert.Equal("A", kpi.Short);
    }

    [Fact]
    public void Read_Entry_SaysWhichMetricAPersonMayEnter()
    {
        const string yaml = "kpis: [{ id: a, title: A, expr: up, unit: score, definition: D, entry: { metric: METRIC, min: 1, max: 5 } }]";
        Assert.Equal(new KpiEntry("score", 1, 5), file.Read<KpiDocument>(yaml.Replace("METRIC", "score")).Kpis[0].Entry);
        Assert.Equal(["`9 lives` is not a name of a metric.", "`max` must be greater than `min`."],
            file.Problems(yaml.Replace("METRIC", "9 lives").Replace("max: 5", "max: 1")).Select(problem => problem.Split(": ", 2)[1].Split(" Write", 2)[0]));
    }

    [Theory]
    [InlineData("id: fps", "id: F P S", "2: `F P S` cannot be an id. Use lower-case letters, digits and hyphens, beginning with a letter, at most 63.")]
    [InlineData("unit: framesPerSecond", "unit: fps", "6: `unit: fps` is not one of none, count, perSecond, seconds, bytes, bytesPerSecond, ratio, percent, framesPerSecond, score, gwei, days. Write for example `unit: none`.")]
    [InlineData("value: 60", "value: sixty", "7: `value: sixty` is not a number. Write for example `value: 0.5`.")]
    [InlineData("better: higher", "better: more", "7: `better: more` is not one of higher, lower. Write for example `better: higher`.")]
    [InlineData("\"< 55\"", "55", "8: `warning: 55` is not a limit. Write an operator and a number, for example `warning: \">= 0.8\"`.")]
    [InlineData("\"< 55\"", "\"< NaN\"", "8: `warning: < NaN` is not a limit. Write an operator and a number, for example `warning: \">= 0.8\"`.")]
    [InlineData("overview: true", "overview: yes", "10: `overview: yes` is not true or false. Write for example `overview: true`.")]
    [InlineData("definition: Frames drawn.", "defintion: x", "2: `definition` is missing. Add `definition:`.|11: `defintion` is not known here. Known keys: bands, capacity, definition, entry, expr, id, overview, short, source, target, title, unit.")]
    [InlineData("min(frame_rate)", "min(wrong)", "5: `expr` is not a PromQL expression: unexpected word Try it in the metrics explorer.")]
    public void Read_Wrong_NamesLineAndRemedy(string good, string bad, string expected) =>
        Assert.Equal(expected.Split('|'), file.Problems(Valid.Replace(good, bad)));

    [Fact]
    public void Read_ExpressionInABlock_NamesTheLineInside() =>
        Assert.Equal(["7: `expr` is not a PromQL expression: unexpected word Try it in the metrics explorer."],
            file.Problems(Valid.Replace("expr: min(frame_rate)", "expr: |\n      up +\n      wrong")));

    [Fact]
    public void Read_SameIdTwice_IsAProblem() =>
        Assert.Equal(["3: The KPI `a` stands here twice. Give one of them another id."], file.Problems(
            "kpis:\n  - { id: a, title: A, expr: up, unit: count, definition: D }\n  - { id: a, title: A, expr: up, unit: count, definition: D }\n"));

    [Fact]
    public void Read_FiveForTheOverview_IsAProblem() =>
        Assert.Equal(["6: More than 4 KPIs are marked for the overview. Remove `overview: true` from one of them."], file.Problems(
            "kpis:\n" + string.Concat("abcde".Select(id => $"  - {{ id: {id}, title: A, expr: up, unit: count, definition: D, overview: true }}\n"))));
}
