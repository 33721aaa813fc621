using System.Net;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Metrics.Charts;

public sealed class DashboardCsvTests
{
    [Theory]
    [InlineData("system=no-such&dashboard=x", HttpStatusCode.NotFound)]
    [InlineData("", HttpStatusCode.NotFound)]
    public async Task Report_OfNothing_IsNotFound(string query, HttpStatusCode expected)
    {
        await using var app = new TestApp();
        using var client = app.Automation();
        Assert.Equal(expected, (await client.GetAsync($"/api/dashboards.csv?{query}")).StatusCode);
    }

    [Fact]
    public async Task Report_HoldsEverySeriesOfTheDashboard_AndDefusesFormulas()
    {
        await using var app = new TestApp();
        var folder = Path.Combine(app.Systems, "shop");
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "system.yml"), "id: shop\nname: Shop\nshort: S\ndescription: A shop.\ncomponents: [ { id: api, name: API, kind: api } ]\n");
        await File.WriteAllTextAsync(Path.Combine(folder, "dashboards.yml"), """
            dashboards:
              - { id: load, title: "=Load", panels: [ { id: a, title: "Vectors", unit: count, queries: [ { expr: "vector(7)" } ] } ] }
            """);
        using var client = app.Automation();
        var text = await client.GetStringAsync("/api/dashboards.csv?system=shop&dashboard=load&range=5m");
        var lines = text.Split("\r\n");
        Assert.Equal("time,dashboard,panel,query,series,value,unit,note", lines[0]);
        Assert.EndsWith(",'=Load,Vectors,vector(7),{},7,count,", lines[1]);
        Assert.InRange(lines.Length, 250, 400);
        foreach (var wrong in new[] { "range=5", "from=10&to=5", "from=0&to=99999999999999" })
            Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync($"/api/dashboards.csv?system=shop&dashboard=load&{wrong}")).StatusCode);
    }
}
