using OpsDashboard.Catalogue;
using Xunit;

namespace OpsDashboard.Tests.Catalogue;

public sealed class CatalogueReaderTests
{
    [Fact]
    public void Read_ValidSystem_HasNoProblemAndFillsTheTarget()
    {
        var reading = new CatalogueText().Targeting("""
            global: { scrape_interval: 5s }
            scrape_configs:
              - job_name: shop-api
                component: api
                scrape_timeout: 500ms
                metrics_path: /m
                static_configs:
                  - targets: ["${shop_api}", "https://shop.example.com/metrics"]
                    labels: { tier: front }
            """).Read();

        Assert.Empty(reading.Problems);
        var targets = Assert.Single(reading.Systems).Targets;
        Assert.Equal(["shop/api/shop-api/127.0.0.1:9100", "shop/api/shop-api/shop.example.com:443"], targets.Select(target => target.Id));
        var first = targets[0];
        Assert.Equal(("test", "prometheus", "127.0.0.1:9100", "/m"), (first.Environment, first.Kind, first.Address, (string)first.Options));
        Assert.Equal((TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(500)), (first.Interval, first.Timeout));
        Assert.Equal("front", first.Labels["tier"]);
        Assert.Equal(("shop/targets.yml", 8), (first.File, first.Line));
    }

    [Fact]
    public void Read_WithoutIntervals_TakesFifteenSecondsAndTen()
    {
        var target = new CatalogueText().Read().Systems[0].Targets[0];
        Assert.Equal((TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(10)), (target.Interval, target.Timeout));
    }

    [Fact]
    public void Read_OverriddenVariable_WinsOverTheEnvironment() =>
        Assert.Equal("10.0.0.1:1", new CatalogueText().Read(new() { ["shop_api"] = "10.0.0.1:1" }).Systems[0].Targets[0].Address);

    [Fact]
    public void Read_VariableEmptyInTheEnvironment_LeavesTheTargetOut()
    {
        var reading = new CatalogueText().Read(new() { ["shop_api"] = "" });
        Assert.Empty(reading.Problems);
        Assert.Empty(reading.Systems[0].Targets);
    }

    [Fact]
    public void Read_Through_NamesTheComponentThatAnswers_UnlessItIsEmptyInTheEnvironment()
    {
        var targets = new CatalogueText().With("environments/test.yml", "variables: { over: api, none: \"\" }").Targeting("""
            scrape_configs:
              - { job_name: a, component: database, through: "${over}", static_configs: [{ targets: ["a:1"] }] }
              - { job_name: b, component: database, through: "${none}", static_configs: [{ targets: ["a:1"] }] }
            """).Read();
        Assert.Empty(targets.Problems);
        Assert.Equal(["api", null], targets.Systems[0].Targets.Select(target => target.Through));
    }

    [Fact]
    public void Read_InstanceLabel_BecomesTheInstance()
    {
        var target = new CatalogueText().Targeting("""
            scrape_configs:
              - { job_name: j, component: api, static_configs: [{ targets: ["a:1"], labels: { instance: blue, tier: x } }] }
            """).Read().Systems[0].Targets[0];
        Assert.Equal("blue", target.Instance);
        Assert.Equal(["tier"], target.Labels.Keys);
    }

    [Fact]
    public void Read_KindWithoutAddress_NamesTheInstanceAfterTheJob()
    {
        var target = new CatalogueText().Targeting("scrape_configs: [{ job_name: me, component: api, kind: self }]").Read().Systems[0].Targets[0];
        Assert.Equal(("me", ""), (target.Instance, target.Address));
    }

    [Fact]
    public void Read_SingleComponent_NeedNotBeNamed()
    {
        var reading = new CatalogueText().With("shop/system.yml", "id: shop\nname: Shop\nshort: SH\ncomponents: [{ id: api, name: API, kind: api }]\n")
            .Targeting("scrape_configs: [{ job_name: j, static_configs: [{ targets: [\"a:1\"] }] }]").Read();
        Assert.Empty(reading.Problems);
        Assert.Equal("api", reading.Systems[0].Targets[0].ComponentId);
    }

    [Fact]
    public void Read_OneBrokenSystem_LeavesTheOthers()
    {
        var reading = new CatalogueText().With("broken/system.yml", "id: [").Read();
        Assert.Equal(["shop"], reading.Systems.Select(system => system.Id));
        Assert.Contains(reading.Problems, problem => problem.File == "broken/system.yml");
    }

    [Fact]
    public void Read_OneBrokenJob_LeavesTheOthers()
    {
        var reading = new CatalogueText().Targeting("""
            scrape_configs:
              - { job_name: good, component: api, static_configs: [{ targets: ["a:1"] }] }
              - { job_name: bad, component: nowhere, static_configs: [{ targets: ["a:2"] }] }
            """).Read();
        Assert.Equal(["good"], reading.Systems[0].Targets.Select(target => target.Job));
    }

    [Theory]
    [InlineData("relabel ${1} stays", "relabel ${1} stays")]
    [InlineData("$${shop_api}", "${shop_api}")]
    [InlineData("a-${shop_api}-b", "a-127.0.0.1:9100-b")]
    public void Read_Variables_AreReplacedOnlyWhereMeant(string written, string expected) =>
        Assert.Equal(expected, new CatalogueText().With("shop/system.yml", CatalogueText.System + $"\ndescription: '{written}'\n").Read().Systems[0].Description);

    [Fact]
    public void Read_Document_IsFoundByItsType()
    {
        var system = new CatalogueText().With("shop/notes.yml", "text: hello").Read(documents: new Notes()).Systems[0];
        Assert.Equal("hello", system.Document<string>());
    }

    sealed class Notes : ICatalogueDocument
    {
        public string FileName => "notes.yml";

        public Type DocumentType => typeof(string);

        public object Read(YamlMap root, MonitoredSystem system) => root.Required("text");
    }
}
