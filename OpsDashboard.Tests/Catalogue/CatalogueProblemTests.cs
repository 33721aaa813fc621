using Xunit;

namespace OpsDashboard.Tests.Catalogue;

/// <summary>Every problem as a person reads it: file, line, what is wrong, how to mend it.</summary>
public sealed class CatalogueProblemTests
{
    [Theory]
    [InlineData("name: [a", "shop/system.yml:2: Not valid YAML: While parsing a flow sequence, did not find expected ',' or ']'. Check indentation (spaces, no tabs), colons and quotes near this line.")]
    [InlineData("", "shop/system.yml:1: The file is empty. Fill it or delete it.")]
    [InlineData("- a\n", "shop/system.yml:1: The file must begin with a mapping. Write `key: value`.")]
    [InlineData("a: 1\n---\nb: 2\n", "shop/system.yml:3: The file holds more than one document. Remove the line `---`.")]
    [InlineData("a: &x [1]\nb: *x\n", "shop/system.yml:1: Anchors and aliases (& and *) are not read here. Write the value out, or use a ${variable}; put the text in quotes if it only begins with that sign.|shop/system.yml:2: Anchors and aliases (& and *) are not read here. Write the value out, or use a ${variable}; put the text in quotes if it only begins with that sign.")]
    [InlineData("a: 1\nb: { c: 1, c: 2 }\na: 3\n", "shop/system.yml:2: `c` stands here twice (first in line 2). Keep one of them.|shop/system.yml:3: `a` stands here twice (first in line 1). Keep one of them.")]
    public void SystemFile_NotReadable_SaysWhere(string yaml, string expected) =>
        Assert.Equal(expected.Split('|'), new CatalogueText().With("shop/system.yml", yaml).Problems());

    [Fact]
    public void SystemFile_NestedTooDeep_IsRefusedBeforeItIsBuilt() =>
        Assert.Equal(["shop/system.yml:1: Not valid YAML: it nests deeper than 32 levels. Check indentation (spaces, no tabs), colons and quotes near this line."],
            new CatalogueText().With("shop/system.yml", "a: " + new string('[', 5000)).Problems());

    [Theory]
    [InlineData("short: SH", "short: SHOPS", "shop/system.yml:3: `SHOPS` is too long for narrow places. Use two or three letters, at most four.")]
    [InlineData("id: shop", "id: other", "shop/system.yml:1: The id is `other` but the folder is `shop`. Give both the same name.")]
    [InlineData("id: shop", "id: Shop", "shop/system.yml:1: `Shop` cannot be a system's id. Use lower-case letters, digits and hyphens, beginning with a letter, at most 63.")]
    [InlineData("name: Shop", "nmae: Shop", "shop/system.yml:1: `name` is missing. Add `name:`.|shop/system.yml:2: `nmae` is not known here. Known keys: affected, components, contacts, description, escalation, id, links, name, rto, short, statusPage, words.")]
    [InlineData("name: Shop", "name:", "shop/system.yml:2: `name` is empty. Write `name: value`.")]
    [InlineData("name: Shop", "name: { a: b }", "shop/system.yml:2: `name` must be a text. Write `name: value`.")]
    [InlineData("kind: database }", "kind: database, dependsOn: [api] }", "shop/system.yml:5: The dependencies go round in a circle: api → database → api. Remove one of them.")]
    [InlineData("kind: database }", "kind: database, dependsOn: [cache] }", "shop/system.yml:6: `database` depends on `cache`, which is no component here. Known components: api, database.")]
    [InlineData("id: database", "id: api", "shop/system.yml:5: `api` depends on `database`, which is no component here. Known components: api.|shop/system.yml:6: The component `api` stands here twice (first in line 5). Give one of them another id.")]
    [InlineData("id: database", "id: Data Base", "shop/system.yml:5: `api` depends on `database`, which is no component here. Known components: api.|shop/system.yml:6: `Data Base` cannot be a component's id. Use lower-case letters, digits and hyphens, beginning with a letter, at most 63.")]
    [InlineData("short: SH", "short: SH\ncontacts: [{ name: Ann, email: ann }]", "shop/system.yml:4: `ann` is not an address. Write name@example.com.")]
    [InlineData("short: SH", "short: SH\nlinks: [{ title: T, url: 'javascript:alert(1)' }]", "shop/system.yml:4: `javascript:alert(1)` is not a link. Begin it with https://, http:// or mailto:.")]
    [InlineData("short: SH", "short: SH\nrto: { critical: 0s, normal: soon, worst: 1h }", "shop/system.yml:4: Nothing recovers within 0s. Write for example `critical: 1h`.|shop/system.yml:4: `normal: soon` is not a duration. Write for example `normal: 15s`.|shop/system.yml:4: `worst` is not known here. Known keys: critical, important, normal.")]
    [InlineData("short: SH", "short: SH\ndescription: ${nowhere}", "shop/system.yml:4: The variable nowhere has no value. Give it one in environments/<name>.yml.")]
    public void SystemFile_Wrong_NamesLineAndRemedy(string good, string bad, string expected) =>
        Assert.Equal(expected.Split('|'), new CatalogueText().Without("shop/targets.yml").With("shop/system.yml", CatalogueText.System.Replace(good, bad)).Problems());

    [Fact]
    public void SystemFile_WithoutComponents_SaysWhatToAdd() =>
        Assert.Equal(["shop/system.yml:4: A system needs at least one component. Add `components: [{ id: api, name: API, kind: api }]`."],
            new CatalogueText().Without("shop/targets.yml").With("shop/system.yml", "id: shop\nname: Shop\nshort: SH\ncomponents: []\n").Problems());

    [Theory]
    [InlineData("kind: ftp", "shop/targets.yml:4: `kind: ftp` is not known. Known kinds: http, prometheus, self.")]
    [InlineData("scrape_interval: 1 s", "shop/targets.yml:4: `scrape_interval: 1 s` is not a duration. Write for example `scrape_interval: 15s`.")]
    [InlineData("scrape_interval: 1ms", "shop/targets.yml:4: An interval of 1ms is too short. Use 100ms or more.")]
    [InlineData("scrape_timeout: 20s", "shop/targets.yml:4: The time-out of 20s does not fit the interval of 15s. Make it longer than nothing and at most as long as the interval.")]
    [InlineData("scrape_timeuot: 1s", "shop/targets.yml:4: `scrape_timeuot` is not known here. Known keys: component, job_name, kind, metrics_path, scrape_interval, scrape_timeout, static_configs, through.")]
    [InlineData("through: cache", "shop/targets.yml:4: `cache` is no component of shop. Known components: api, database.")]
    [InlineData("through: api", "shop/targets.yml:4: `api` is not read through itself. Name the component that answers for it, or leave `through` out.")]
    public void TargetFile_WrongKey_NamesLineAndRemedy(string line, string expected) =>
        Assert.Equal([expected], new CatalogueText().Targeting(CatalogueText.Targets.Replace("    static_configs", $"    {line}\n    static_configs")).Problems());

    [Theory]
    [InlineData("component: api", "component: cache", "shop/targets.yml:3: `cache` is no component of shop. Known components: api, database.")]
    [InlineData("component: api", "kind: http", "shop/targets.yml:2: `component` is missing. Add `component:`.")]
    [InlineData("job_name: shop-api", "job_name: ''", "shop/targets.yml:2: `job_name` is empty. Write `job_name: value`.")]
    [InlineData("[\"${shop_api}\"]", "[\"${gone}\"]", "shop/targets.yml:5: The variable gone has no value. Give it one in environments/<name>.yml.")]
    [InlineData("[\"${shop_api}\"]", "[\"a:1\", \"a:1\"]", "shop/targets.yml:5: Two targets of the job `shop-api` have the instance `a:1`. Give each its own `labels: { instance: … }`, or its own job.")]
    [InlineData("[\"${shop_api}\"]", "[\"a b\"]", "shop/targets.yml:5: `a b` cannot be collected: it holds a space. Correct the address, or the kind `prometheus`.")]
    [InlineData("[\"${shop_api}\"]", "[\"postgres:5432\"]", "shop/targets.yml:5: Port 5432 speaks PostgreSQL's own protocol, which no HTTP scrape can read. Use `kind: postgres`, or the address of an exporter.")]
    [InlineData("[\"${shop_api}\"]", "[\"a:1\"]\n        labels: { job: x }", "shop/targets.yml:6: The label `job` is set by the program. Choose another name: letters, digits and underscores, not beginning with a digit.")]
    [InlineData("[\"${shop_api}\"]", "[\"a:1\"]\n        labels: { 1st: x }", "shop/targets.yml:6: `1st` is not a label name. Choose another name: letters, digits and underscores, not beginning with a digit.")]
    [InlineData("[\"${shop_api}\"]", "[\"a:1\"]\n        labels: { __x: x }", "shop/targets.yml:6: The label `__x` begins with two underscores, which are reserved. Choose another name: letters, digits and underscores, not beginning with a digit.")]
    [InlineData("[\"${shop_api}\"]", "[\"a:1\", \"b:1\"]\n        labels: { instance: x }", "shop/targets.yml:6: 2 addresses cannot share the instance `x`. Give each its own entry.")]
    [InlineData("- targets: [\"${shop_api}\"]", "- labels: { a: b }", "shop/targets.yml:5: There is no address here. Write `targets: [\"host:port\"]`.")]
    [InlineData("- targets: [\"${shop_api}\"]", "- a", "shop/targets.yml:5: Every entry of `static_configs` must be a mapping. Write `- key: value`.")]
    public void TargetFile_Wrong_NamesLineAndRemedy(string good, string bad, string expected) =>
        Assert.Equal(expected.Split('|').Order(), new CatalogueText().Targeting(CatalogueText.Targets.Replace(good, bad)).Problems().Order());

    [Fact]
    public void TargetFile_JobTwice_NamesTheFirst() =>
        Assert.Equal(["shop/targets.yml:3: The job `j` stands here twice (first in line 2). Give one of them another name."], new CatalogueText().Targeting("""
            scrape_configs:
              - { job_name: j, component: api, static_configs: [{ targets: ["a:1"] }] }
              - { job_name: j, component: api, static_configs: [{ targets: ["a:2"] }] }
            """).Problems());

    [Fact]
    public void TargetFile_ComponentsThatAreReadThroughEachOther_AreRefused() =>
        Assert.Equal(["shop/targets.yml:2: `api` is read through `database`, and that one in the end through `api`. Leave `through` out at one of them.", "shop/targets.yml:3: `database` is read through `api`, and that one in the end through `database`. Leave `through` out at one of them."],
            new CatalogueText().Targeting("""
                scrape_configs:
                  - { job_name: a, component: api, through: database, static_configs: [{ targets: ["a:1"] }] }
                  - { job_name: b, component: database, through: api, static_configs: [{ targets: ["a:2"] }] }
                """).Problems());

    [Fact]
    public void Catalogue_ManyProblems_NamesThemAllAtOnce() =>
        Assert.Equal(
            [
                "environments/test.yml:1: `more` is not known here. Known keys: nodeSets, nodes, variables.",
                "shop/system.yml:2: `nick` is not known here. Known keys: affected, components, contacts, description, escalation, id, links, name, rto, short, statusPage, words.",
                "shop/targets.yml:2: `kind: ftp` is not known. Known kinds: http, prometheus, self.",
                "shop/targets.yml:3: `every` is not known here. Known keys: component, job_name, kind, metrics_path, scrape_interval, scrape_timeout, static_configs, through.",
                "shop/targets.yml:3: The job has no address. Add `static_configs: [{ targets: [\"host:port\"] }]`.",
            ],
            new CatalogueText().With("environments/test.yml", "{ variables: {}, more: 1 }")
                .With("shop/system.yml", CatalogueText.System.Replace("id: shop\n", "id: shop\nnick: S\n")).Targeting("""
                scrape_configs:
                  - { job_name: a, component: api, kind: ftp }
                  - { job_name: b, component: api, every: 1s }
                """).Problems());

    [Fact]
    public void Catalogue_FolderWithoutSystem_SaysSo() =>
        Assert.Equal(["lost/system.yml:0: The folder `lost` has no system.yml. Add it, or remove the folder."],
            new CatalogueText().With("lost/targets.yml", "scrape_configs: []").Problems());

    [Fact]
    public void Catalogue_FileThatNothingReads_WarnsOnly()
    {
        var problem = Assert.Single(new CatalogueText().With("shop/target.yml", "a: b").Read().Problems);
        Assert.True(problem.IsWarning);
        Assert.Equal("shop/target.yml:0: Nothing reads target.yml. Rename it to one of system.yml, targets.yml, or remove it.", problem.ToString());
    }

    [Fact]
    public void Catalogue_UnknownEnvironment_ListsTheKnown() =>
        Assert.Equal("environments/nowhere.yml:0: There is no environment `nowhere`. Set Catalogue__Environment to one of test, or create this file.",
            new CatalogueText().Read(new() { ["shop_api"] = "a:1" }, "nowhere").Problems.Single().ToString());

    [Fact]
    public void Catalogue_EnvironmentWithUnknownKey_IsAProblem() =>
        Assert.Equal(["environments/test.yml:1: `varaibles` is not known here. Known keys: nodeSets, nodes, variables."],
            new CatalogueText().Without("shop/targets.yml").With("environments/test.yml", "varaibles: {}").Problems());
}
