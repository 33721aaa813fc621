using OpsDashboard.Alerts;
using OpsDashboard.Catalogue;
using OpsDashboard.Catalogue.Reading;
using OpsDashboard.Metrics.Charts;
using OpsDashboard.Metrics.PromQl;
using OpsDashboard.Objectives;
using OpsDashboard.Shell;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Shell;

/// <summary>The five systems as they ship.</summary>
public sealed class ShippedCatalogueTests
{
    static readonly PromQlSyntax Syntax = new();

    // Targets need the collectors' kinds; the command below reads them too.
    static readonly CatalogueReading Shipped = new CatalogueReader([], [new KpiFile(Syntax), new RuleFile(Syntax), new RuleOpsFile(Syntax), new DashboardFile(Syntax)], Syntax)
        .Read(new(CatalogueFiles.Read(CatalogueOptions.ShippedPath).Texts.Where(file => !file.Key.EndsWith("/targets.yml", StringComparison.Ordinal)).ToDictionary(), []), "simulator", new Dictionary<string, string>());

    [Fact]
    public async Task Check_ShippedCatalogue_HasNoProblemInAnyEnvironment()
    {
        var output = new StringWriter();
        var code = await CheckCommand.RunAsync([CatalogueOptions.ShippedPath], output);
        Assert.True(code == 0, output.ToString());
        Assert.StartsWith("production: 5 systems,", output.ToString());
        Assert.Contains("simulator: 5 systems,", output.ToString());
    }

    [Fact]
    public void Systems_AreTheFiveOfTheGuides() =>
        Assert.Equal(["CG", "DD", "LT", "NBA", "QN"], Shipped.Systems.Select(system => system.Short).Order());

    [Fact]
    public void Systems_HaveASentenceAndSayWhoIsHit()
    {
        foreach (var system in Shipped.Systems)
        {
            Assert.EndsWith(".", system.Description);
            Assert.NotNull(system.Affected);
            Assert.True(system.Words.ContainsKey("users"), system.Id);
        }
    }

    [Theory]
    [InlineData("case-opening", "FrameRate", "5s")]
    [InlineData("case-opening", "MemoryUsage", "10s")]
    [InlineData("case-opening", "ApiResponseTime", "5s")]
    [InlineData("case-opening", "ErrorRate", "1m")]
    [InlineData("case-opening", "CriticalErrors", "0s")]
    [InlineData("case-opening", "RecoveryFailures", "0s")]
    [InlineData("dnd-companion", "HighErrorRate", "5m")]
    [InlineData("dnd-companion", "HighMemoryUsage", "5m")]
    [InlineData("dnd-companion", "SlowQueries", "5m")]
    [InlineData("liap-tui", "HealthCheckFailures", "0s")]
    [InlineData("liap-tui", "ErrorRateSpike", "5m")]
    [InlineData("liap-tui", "CpuExhausted", "10m")]
    [InlineData("liap-tui", "MemoryExhausted", "10m")]
    [InlineData("liap-tui", "DiskExhausted", "10m")]
    [InlineData("liap-tui", "ConnectionLimitReached", "0s")]
    [InlineData("liap-tui", "RecoveryActivated", "0s")]
    [InlineData("nba-projections", "HighErrorRate", "5m")]
    [InlineData("quantum-nexus", "ApiLatency", "0s")]
    [InlineData("quantum-nexus", "ErrorRate", "0s")]
    [InlineData("quantum-nexus", "CpuUsage", "5m")]
    public void Rules_HoldAsLongAsTheGuideSays(string system, string alert, string hold) =>
        Assert.Equal(PrometheusDuration.TryParse(hold), Rules(system).Single(rule => rule.Name == alert).For);

    [Fact]
    public void Rules_AllSaySeverityAndSentenceAndTheirOwnSystem()
    {
        foreach (var system in Shipped.Systems)
        {
            foreach (var rule in Rules(system.Id))
            {
                Assert.Contains("severity", rule.Labels.Keys);
                Assert.Contains("{{ $value", rule.Annotations["summary"]);
                Assert.Contains($"system=\"{system.Id}\"", rule.Expression);
                Assert.DoesNotContain(Shipped.Systems.Where(other => other != system), other => rule.Expression.Contains(other.Id));
            }
        }
    }

    [Fact]
    public void Rules_OfTheGuidesMistakes_SayWhatWasChanged()
    {
        Assert.Contains("label by label", Rules("dnd-companion").Single(rule => rule.Name == "HighErrorRate").Annotations["description"]);
        Assert.Contains("limit of 0", Rules("dnd-companion").Single(rule => rule.Name == "HighMemoryUsage").Annotations["description"]);
        Assert.Contains("failing requests a second", Rules("nba-projections").Single().Annotations["description"]);
    }

    [Theory]
    [InlineData("dnd-companion", 3)]
    [InlineData("nba-projections", 1)]
    public void Rules_AsTheGuideWroteThem_AreThereAndOffWithAReason(string system, int count)
    {
        var shipped = Shipped.Systems.Single(each => each.Id == system);
        var asWritten = shipped.Document<RuleDocument>()!.Groups.Single(group => group.Name.EndsWith("-as-written", StringComparison.Ordinal)).Rules;
        Assert.Equal(count, asWritten.Count);
        Assert.All(asWritten, rule => Assert.NotNull(shipped.Document<RuleOpsDocument>()!.Of(system, rule).Off));
    }

    [Theory]
    [InlineData("case-opening", "fps", 60)]
    [InlineData("case-opening", "heap", 100e6)]
    [InlineData("case-opening", "open-p95", 1)]
    [InlineData("case-opening", "error-rate", 0.001)]
    [InlineData("case-opening", "satisfaction", 4.5)]
    [InlineData("dnd-companion", "api-p95", 0.5)]
    [InlineData("dnd-companion", "critical-error-rate", 0.01)]
    [InlineData("dnd-companion", "memory", 0.8)]
    [InlineData("dnd-companion", "cpu", 0.7)]
    [InlineData("dnd-companion", "connections", 0.8)]
    [InlineData("dnd-companion", "index-hit-rate", 0.95)]
    [InlineData("dnd-companion", "cache-hit-rate", 0.9)]
    [InlineData("dnd-companion", "disk", 0.8)]
    public void Kpis_HaveTheTargetsOfTheGuides(string system, string kpi, double target) =>
        Assert.Equal(target, Kpis(system).Single(each => each.Id == kpi).Target?.Value);

    [Theory]
    [InlineData("websocket-latency", 0.0499, BandState.Good)]
    [InlineData("websocket-latency", 0.05, BandState.Warning)]
    [InlineData("websocket-latency", 0.2, BandState.Warning)]
    [InlineData("websocket-latency", 0.2001, BandState.Critical)]
    [InlineData("cpu", 0.59, BandState.Good)]
    [InlineData("cpu", 0.8, BandState.Warning)]
    [InlineData("cpu", 0.81, BandState.Critical)]
    [InlineData("memory", 0.7, BandState.Warning)]
    [InlineData("memory", 0.86, BandState.Critical)]
    [InlineData("error-rate", 0.0009, BandState.Good)]
    [InlineData("error-rate", 0.01, BandState.Warning)]
    [InlineData("error-rate", 0.011, BandState.Critical)]
    public void Bands_OfLiapTui_PutTheBoundariesIntoWarning(string kpi, double value, BandState expected) =>
        Assert.Equal(expected, Kpis("liap-tui").Single(each => each.Id == kpi).Bands.State(value));

    [Fact]
    public void Kpis_AllSayDefinitionAndSource()
    {
        foreach (var system in Shipped.Systems)
        {
            Assert.InRange(Kpis(system.Id).Count(kpi => kpi.OnOverview), 1, KpiFile.MaxOnOverview);
            Assert.All(Kpis(system.Id), kpi => Assert.StartsWith($"{system.Short}:", kpi.Source));
            Assert.All(Kpis(system.Id), kpi => Assert.Contains($"system=\"{system.Id}\"", kpi.Expression));
        }
    }

    [Theory]
    [InlineData("case-opening", 1)]
    [InlineData("dnd-companion", 4)]
    [InlineData("liap-tui", 5)]
    [InlineData("nba-projections", 5)]
    [InlineData("quantum-nexus", 1)]
    public void Dashboards_HoldThePresetsOfTheGuide(string system, int presets) =>
        Assert.True(Shipped.Systems.Single(each => each.Id == system).Document<DashboardDocument>()!.Dashboards.Count >= presets);

    [PromtoolFact]
    public async Task Rules_PassPromtool()
    {
        foreach (var system in Shipped.Systems)
            await RealServer.RunAsync(RealServer.Find("promtool")!, "check", "rules", Path.Combine(CatalogueOptions.ShippedPath, system.Id, "rules.yml"));
    }

    static IEnumerable<AlertRule> Rules(string system) =>
        Shipped.Systems.Single(each => each.Id == system).Document<RuleDocument>()!.Groups
            .Where(group => !group.Name.EndsWith("-as-written", StringComparison.Ordinal)).SelectMany(group => group.Rules).OfType<AlertRule>();

    static IReadOnlyList<Kpi> Kpis(string system) => Shipped.Systems.Single(each => each.Id == system).Document<KpiDocument>()!.Kpis;
}

/// <summary>A test that needs Prometheus' own checker.</summary>
public sealed class PromtoolFactAttribute : FactAttribute
{
    public PromtoolFactAttribute() => Skip = RealServer.SkipUnless(RealServer.Find("promtool"), "promtool");
}
