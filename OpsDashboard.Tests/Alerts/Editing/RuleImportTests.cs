using OpsDashboard.Alerts;
using OpsDashboard.Alerts.Editing;
using OpsDashboard.Catalogue;
using OpsDashboard.Tests.Catalogue;
using Xunit;

namespace OpsDashboard.Tests.Alerts.Editing;

public sealed class RuleImportTests
{
    const string Own = """
        # ours
        groups:
          - name: first
            rules:
              - { alert: A, expr: up, annotations: { summary: s } }
          # about the second
          - name: second
            rules:
              - { alert: B, expr: up, annotations: { summary: s } }
        """;

    const string Pasted = """
        # theirs
        groups:
        - name: second
          interval: 30s
          rules:
          - alert: C
            expr: |
              sum(x)
                > 4
            annotations:
              summary: s
        - name: third
          rules:
          - record: a:b
            expr: up
        """;

    [Fact]
    public void Import_AddsGroupsAndReplacesThoseOfTheSameName_WordForWord()
    {
        var import = Import(Own, Pasted);
        Assert.Equal("third", Assert.Single(import.Added));
        Assert.Equal("second", Assert.Single(import.Replaced));
        var groups = Read(import.Text);
        Assert.Equal(["first", "second", "third"], groups.Select(group => group.Name));
        Assert.Equal(("C", "sum(x)\n  > 4\n", TimeSpan.FromSeconds(30)), (groups[1].Rules.Single().Name, groups[1].Rules.Single().Expression, groups[1].Every));
        Assert.StartsWith("# ours\ngroups:\n  - name: first\n", import.Text);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("groups: []\n")]
    [InlineData("groups:\n")]
    public void Import_IntoNothing_IsTheFile(string? document) =>
        Assert.Equal(["second", "third"], Read(Import(document, Pasted).Text).Select(group => group.Name));

    [Theory]
    [InlineData("")]
    [InlineData("groups: []")]
    [InlineData("rules: 1")]
    [InlineData("groups:\n  - name: [")]
    [InlineData("groups: [{ name: a, rules: [] }]")]
    public void Import_OfSomethingElse_SaysWhatIsWrong(string pasted)
    {
        var problems = new List<CatalogueProblem>();
        Assert.Null(RuleImport.Of(Own, pasted, problems));
        Assert.NotEmpty(problems);
    }

    static RuleImport Import(string? document, string pasted)
    {
        var problems = new List<CatalogueProblem>();
        var import = RuleImport.Of(document, pasted, problems);
        Assert.Empty(problems);
        return import!;
    }

    static IReadOnlyList<RuleGroup> Read(string text) => new DocumentReading(syntax => new RuleFile(syntax)).Read<RuleDocument>(text).Groups;
}
