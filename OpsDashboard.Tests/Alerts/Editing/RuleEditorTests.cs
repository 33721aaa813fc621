using OpsDashboard.Access;
using OpsDashboard.Alerts;
using OpsDashboard.Alerts.Editing;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Catalogue.History;
using OpsDashboard.Metrics.PromQl;
using OpsDashboard.Storage;
using OpsDashboard.Tests.Catalogue;
using Xunit;

namespace OpsDashboard.Tests.Alerts.Editing;

public sealed class RuleEditorTests
{
    const string Path = "shop/rules.yml";

    const string Text = "groups:\n  - name: g\n    rules:\n      - alert: A\n        expr: queue > 5   # five\n        annotations: { summary: 'limit 5' }\n      - { alert: Both, expr: 'a > 1 or b > 2', annotations: { summary: s } }\n";

    static readonly Actor Viewer = new("v", "V", ActorKind.Person, [new(Role.Viewer, null)]);

    [Fact]
    public async Task Save_ByTheForm_ChangesTheFile_IsAudited_AndCanBeTakenBack()
    {
        await using var catalogue = await StartAsync();
        var (editor, versions) = Editor(catalogue);
        var rule = Rule(catalogue, "A");
        await editor.SaveAsync(RunningCatalogue.Admin, "shop", rule, Lined(SimpleRule.Of(rule), 7) with { Summary = "limit 7" }, catalogue.Version(Path), default);
        Assert.Equal(Text.Replace("> 5 ", "> 7 ").Replace("'limit 5'", "'limit 7'"), catalogue.Editor.Sources.Find(Path).Text);
        Assert.Equal("queue > 7", Rule(catalogue, "A").Expression);
        Assert.Contains("catalogue.edited", catalogue.Audit.Records.Select(record => record.Action));

        Assert.Equal([2, 1], (await versions.ListAsync(RunningCatalogue.Admin, Path, default)).Select(version => version.Number));
        await versions.RevertAsync(RunningCatalogue.Admin, Path, 1, 2, default);
        Assert.Equal(Text, catalogue.Editor.Sources.Find(Path).Text);
    }

    [Fact]
    public async Task Save_NewRule_StandsInTheFile()
    {
        await using var catalogue = await StartAsync();
        await Editor(catalogue).Editor.SaveAsync(RunningCatalogue.Admin, "shop", null, new("Long", new("queue", ">", 9), TimeSpan.FromMinutes(1), "warning", ""), catalogue.Version(Path), default);
        Assert.Equal("(queue) > 9", Rule(catalogue, "Long").Expression);
        Assert.StartsWith(Text.TrimEnd(), catalogue.Editor.Sources.Find(Path).Text);
    }

    [Fact]
    public async Task Save_WhatCannotBe_IsRefusedAndChangesNothing()
    {
        await using var catalogue = await StartAsync();
        var editor = Editor(catalogue).Editor;
        var (a, both) = (Rule(catalogue, "A"), Rule(catalogue, "Both"));
        var form = SimpleRule.Of(a);
        var version = catalogue.Version(Path);
        await Assert.ThrowsAsync<AccessDeniedException>(() => editor.SaveAsync(Viewer, "shop", a, Lined(form, 6), version, default));
        await Assert.ThrowsAsync<StaleVersionException>(() => editor.SaveAsync(RunningCatalogue.Admin, "shop", a, Lined(form, 6), version + 1, default));
        foreach (var wrong in new[] { form with { Line = new("sum(", ">", 5) }, form with { Name = "B" }, form with { Severity = "page" }, Lined(form, double.PositiveInfinity), form with { Line = null } })
            await Assert.ThrowsAsync<InvalidInputException>(() => editor.SaveAsync(RunningCatalogue.Admin, "shop", a, wrong, version, default));
        await Assert.ThrowsAsync<InvalidInputException>(() => editor.SaveAsync(RunningCatalogue.Admin, "shop", both, form with { Name = "Both" }, version, default));
        Assert.Equal(Text, catalogue.Editor.Sources.Find(Path).Text);
    }

    [Fact]
    public async Task Save_RuleOfSeveralComparisons_ChangesItsTimeSeverityAndSummary()
    {
        await using var catalogue = await StartAsync();
        var editor = Editor(catalogue).Editor;
        var both = Rule(catalogue, "Both");
        await editor.SaveAsync(RunningCatalogue.Admin, "shop", both, SimpleRule.Of(both) with { For = TimeSpan.FromMinutes(3), Severity = "info", Summary = "both" }, catalogue.Version(Path), default);
        var now = Rule(catalogue, "Both");
        Assert.Equal(("a > 1 or b > 2", TimeSpan.FromMinutes(3), "info", "both"), (now.Expression, now.For, now.Severity, now.Annotations["summary"]));
    }

    static SimpleRule Lined(SimpleRule rule, double threshold) => rule with { Line = rule.Line! with { Threshold = threshold } };

    [Fact]
    public async Task Import_OfRulesThatAreWrong_NamesThem_OfOthersAddsThem()
    {
        await using var catalogue = await StartAsync();
        var editor = Editor(catalogue).Editor;
        var refused = Assert.Throws<InvalidInputException>(() => editor.Imported(RunningCatalogue.Admin, "shop", "groups:\n  - name: n\n    rules:\n      - { alert: X, expr: 'sum(', annotations: { summary: s } }\n"));
        Assert.Contains("is not a PromQL expression", Assert.Single(refused.Problems).Message);
        const string fine = "groups:\n  - name: n\n    rules:\n      - { alert: X, expr: up, annotations: { summary: s } }\n";
        await Assert.ThrowsAsync<AccessDeniedException>(() => editor.ImportAsync(Viewer, "shop", fine, catalogue.Version(Path), default));
        var import = await editor.ImportAsync(RunningCatalogue.Admin, "shop", fine, catalogue.Version(Path), default);
        Assert.Equal(["n"], import.Added);
        Assert.Equal("up", Rule(catalogue, "X").Expression);
    }

    static async Task<RunningCatalogue> StartAsync()
    {
        var catalogue = await RunningCatalogue.StartAsync(StorageProvider.Sqlite, new RuleFile(new PromQlSyntax()));
        catalogue.Write(Path, Text);
        await catalogue.ReloadAsync();
        return catalogue;
    }

    static (RuleEditor Editor, DocumentVersions Versions) Editor(RunningCatalogue catalogue)
    {
        var versions = new DocumentVersions(catalogue.Contexts, catalogue.Editor, catalogue.Clock);
        return (new(catalogue.Editor, versions, new PromQlSyntax()), versions);
    }

    static AlertRule Rule(RunningCatalogue catalogue, string name) =>
        (AlertRule)catalogue.Host.Current.Find("shop")!.Document<RuleDocument>()!.Groups.SelectMany(group => group.Rules).Single(rule => rule.Name == name);
}
