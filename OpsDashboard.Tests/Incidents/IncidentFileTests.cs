using OpsDashboard.Incidents;
using OpsDashboard.Incidents.Reading;
using Xunit;

namespace OpsDashboard.Tests.Incidents;

public sealed class IncidentFileTests
{
    [Fact]
    public void File_Valid_IsRead_AndWhatIsMissingIsAsUsual()
    {
        var reading = IncidentText.Read(IncidentText.Valid);
        Assert.Empty(reading.Problems);
        var document = reading.Systems[0].Document<IncidentDocument>()!;
        Assert.Equal(TimeSpan.FromMinutes(10), document.Pace[IncidentSeverity.Critical]);
        Assert.Equal(TimeSpan.FromHours(4), document.Pace[IncidentSeverity.Low]);
        Assert.Equal([IncidentRole.Commander, IncidentRole.Scribe], document.Required[IncidentSeverity.Critical]);
        Assert.Equal([IncidentRole.Commander], document.Required[IncidentSeverity.Low]);
        Assert.Equal(["Assess", "Close"], document.Template("outage")!.Phases.Select(phase => phase.Name));
        Assert.Equal("https://meet.example.com/ops", document.Bridge);
    }

    [Theory]
    [InlineData("open: [{ matchers: ['severity'], severity: critical }]", "is no matcher")]
    [InlineData("open: [{ severity: critical }]", "`matchers` is missing")]
    [InlineData("open: [{ matchers: ['a=\"b\"'], severity: awful }]", "is not one of critical, high, medium, low")]
    [InlineData("open: [{ matchers: ['a=\"b\"'], template: none }]", "There is no template `none`")]
    [InlineData("updates: { critical: 10s }", "Nobody writes an update in that time")]
    [InlineData("updates: { awful: 10m }", "`awful` is not known here")]
    [InlineData("roles: { critical: [king] }", "`king` is no role")]
    [InlineData("bridge: javascript:alert(1)", "is no address of a meeting")]
    [InlineData("templates: [{ id: a, title: A }]", "`phases` is missing")]
    [InlineData("templates: [{ id: a, title: A, phases: [{ name: P, steps: [] }] }]", "A phase without a step")]
    [InlineData("templates: [{ id: a, title: A, phases: [{ name: P, steps: [{ text: t }, { text: t }] }] }]", "has this step already")]
    [InlineData("templates: [{ id: a, title: A, phases: [{ name: P, steps: [{ text: t }] }, { name: P, steps: [{ text: t }] }] }]", "There are two phases `P`")]
    [InlineData("templates: [{ id: a, title: A, phases: [{ name: P, steps: [{ text: t, runbook: gone }] }] }]", "there is no runbook `gone`")]
    [InlineData("surprise: 1", "`surprise` is not known here")]
    public void File_Wrong_IsRefusedWithItsLine(string yaml, string expected) =>
        Assert.Contains(IncidentText.Problems(yaml), problem => problem.StartsWith("shop/incidents.yml:1:", StringComparison.Ordinal) && problem.Contains(expected, StringComparison.Ordinal));
}
