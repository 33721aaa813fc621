using OpsDashboard.Incidents;
using OpsDashboard.Incidents.Numbers;
using Xunit;

namespace OpsDashboard.Tests.Incidents;

public sealed class IncidentNumbersTests
{
    static IncidentMeasure Measure(string opened, double? taken, double? restored, string system = "shop", IncidentSeverity severity = IncidentSeverity.High)
    {
        var at = DateTimeOffset.Parse(opened, System.Globalization.CultureInfo.InvariantCulture);
        return new(system, severity, at, at, taken is { } ack ? at.AddMinutes(ack) : null, restored is { } end ? at.AddMinutes(end) : null);
    }

    static IncidentNumbers Of(params IncidentMeasure[] measures) => new(measures, (system, _) => system == "shop" ? TimeSpan.FromMinutes(30) : null);

    [Fact]
    public void Months_AreThoseOfUtc_WhateverTheZone()
    {
        var rows = Of(Measure("2026-10-31T23:59:59Z", 1, 10), Measure("2026-11-01T00:30:00+02:00", 1, 10), Measure("2026-10-31T22:30:00-02:00", 1, 10)).Rows().ToArray();
        Assert.Equal([("2026-10", 2), ("2026-11", 1)], rows.Select(row => (row.Month, row.Figures.Count)));
    }

    [Fact]
    public void MeanAndMedian_LeaveOutWhatDidNotHappen()
    {
        var figures = Of(Measure("2026-10-01T00:00:00Z", 2, 10), Measure("2026-10-02T00:00:00Z", null, 40), Measure("2026-10-03T00:00:00Z", 4, null), Measure("2026-10-04T00:00:00Z", 12, 16)).All;
        Assert.Equal((3, TimeSpan.FromMinutes(6), TimeSpan.FromMinutes(4)), (figures.Acknowledge.Count, figures.Acknowledge.Mean!.Value, figures.Acknowledge.Median!.Value));
        Assert.Equal((TimeSpan.FromMinutes(22), TimeSpan.FromMinutes(16)), (figures.Restore.Mean!.Value, figures.Restore.Median!.Value));
        Assert.Equal((3, 2), (figures.Judged, figures.Met));
    }

    [Fact]
    public void WhereNoneWas_NothingIsZero()
    {
        var none = Of().All;
        Assert.Equal((0, null, null, 0), (none.Count, none.Acknowledge.Mean, none.Restore.Median, none.Judged));
    }

    [Fact]
    public void WithoutAnRto_NothingIsJudged()
    {
        var numbers = Of(Measure("2026-10-01T00:00:00Z", 1, 10, "other"), Measure("2026-10-01T00:00:00Z", 1, 31, severity: IncidentSeverity.Critical));
        Assert.Equal((0, 0), (numbers.OfSystem("other").Judged, numbers.OfSystem("other").Met));
        Assert.Equal((1, 0, 1), (numbers.OfSystem("shop").Judged, numbers.OfSystem("shop").Met, numbers.OfSystem("shop").BySeverity[IncidentSeverity.Critical]));
    }
}
