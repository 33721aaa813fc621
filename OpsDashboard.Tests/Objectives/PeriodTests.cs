using OpsDashboard.Objectives;
using Xunit;

namespace OpsDashboard.Tests.Objectives;

public sealed class PeriodTests
{
    [Fact]
    public void Month_AroundTheYear_CountsOn()
    {
        var december = Month.TryParse("2026-12")!.Value;
        Assert.Equal(("2027-01", "2025-12", "December 2026"), (december.Add(1).ToString(), december.Add(-12).ToString(), december.Title));
        Assert.Equal(31 * 86_400_000L, december.To - december.From);
    }

    [Theory]
    [InlineData("2026-13")]
    [InlineData("26-01")]
    [InlineData("0001-01")]
    [InlineData("2026-10-01")]
    [InlineData("")]
    [InlineData(null)]
    public void Month_Unreadable_IsNone(string? text) => Assert.Null(Month.TryParse(text));

    [Theory]
    [InlineData("sum(rate(a{b=\"c\"}[5m])) / sum(rate(d[1m]))", "sum(rate(a{b=\"c\"}[3600s])) / sum(rate(d[3600s]))")]
    [InlineData("histogram_quantile(0.95, sum by (le) (rate(x_bucket{path=\"/a[5m]\"}[1m])))", "histogram_quantile(0.95, sum by (le) (rate(x_bucket{path=\"/a[5m]\"}[3600s])))")]
    [InlineData("max(heap)", null)]
    [InlineData("sum(increase(x[1d]))", null)]
    [InlineData("max(avg_over_time(cpu[5m]))", null)]
    [InlineData("sum(rate(a[5m])) / max(avg_over_time(cpu[5m]))", null)]
    public void Expression_OfRates_IsWidenedToThePeriod(string expression, string? widened) =>
        Assert.Equal(widened, PeriodExpression.Widen(expression, TimeSpan.FromHours(1)));

    [Theory]
    [InlineData(200, 3_600_000)]
    [InlineData(10, 60_000)]
    [InlineData(0.2, 5_000)]
    public void Span_WithLittleData_IsReadMoreFinely(double hours, long step)
    {
        var month = new Month(2026, 11);
        var span = PeriodSpan.Of(month, month.To + 5);
        Assert.Equal(step, span.Since(month.To - (long)(hours * 3_600_000)).Step);
        Assert.Equal(month.To, span.To);
    }

    [Theory]
    [InlineData(99.5, Better.Higher, 99.0, KpiOutcome.Met)]
    [InlineData(98.5, Better.Higher, 99.0, KpiOutcome.Missed)]
    [InlineData(0.4, Better.Lower, 0.5, KpiOutcome.Met)]
    [InlineData(0.5, Better.Lower, 0.5, KpiOutcome.Met)]
    [InlineData(null, Better.Lower, 0.5, KpiOutcome.NoData)]
    public void Figure_AgainstATarget_HasAnOutcome(double? actual, Better better, double target, KpiOutcome outcome) =>
        Assert.Equal(outcome, (KpiFigure.None with { Actual = actual }).Against(new(target, better)));

    [Fact]
    public void Figure_WithoutATarget_IsNeverMet()
    {
        Assert.Equal(KpiOutcome.NoTarget, (KpiFigure.None with { Actual = 5 }).Against(null));
        Assert.Equal(KpiOutcome.NoTarget, KpiFigure.None.Against(null));
    }

    [Fact]
    public void Change_SinceNothingOrZero_IsNone()
    {
        var now = KpiFigure.None with { Actual = 5 };
        Assert.Null(now.ChangeSince(null));
        Assert.Null(now.ChangeSince(KpiFigure.None));
        Assert.Null(now.ChangeSince(KpiFigure.None with { Actual = 0 }));
        Assert.Equal(0.25, now.ChangeSince(KpiFigure.None with { Actual = 4 }));
    }

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("@x", "'@x")]
    [InlineData("-5", "-5")]
    [InlineData("-x", "'-x")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"x\"", "\"say \"\"x\"\"\"")]
    [InlineData("", "")]
    public void Csv_Cell_IsQuotedAndDefused(string text, string cell) => Assert.Equal(cell, KpiCsv.Cell(text));
}
