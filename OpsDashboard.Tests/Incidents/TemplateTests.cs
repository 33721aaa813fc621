using OpsDashboard.Incidents.Telling;
using Xunit;

namespace OpsDashboard.Tests.Incidents;

public sealed class TemplateTests
{
    static IEnumerable<string> Problems(string yaml) => TellingRoom.Read("templates/one.yml\n" + yaml).Problems.Select(problem => problem.ToString());

    [Fact]
    public void UnknownVariable_IsRefused_WithItsLine()
    {
        var problem = Assert.Single(Problems("title: One\nkind: incident\nsubject: Down\nbody: |\n  Since ${incident.start}\n  by ${incident.hostname}\n"));
        Assert.StartsWith("shop/templates/one.yml:6: There is no variable `incident.hostname`", problem);
        Assert.StartsWith("shop/templates/one.yml:3: There is no variable `maintenance.start`", Assert.Single(Problems("title: One\nkind: incident\nsubject: Down ${maintenance.start}\nbody: x\n")));
    }

    [Theory]
    [InlineData("title: One\nkind: incident\nstatusPage: true\nsubject: Down\nbody: |\n  See\n  ${incident.link}\n", ":7: `incident.link` is nothing for strangers")]
    [InlineData("title: One\nsubject: Down\nbody: x\n", "`kind` is missing")]
    [InlineData("title: One\nkind: incident\nbody: x\n", "`subject` is missing")]
    [InlineData("title: One\nkind: incident\nsubject: a\nbody: x\nmore: y\n", ":5: `more` is not known here")]
    public void Template_ThatCannotBeUsed_IsRefused(string yaml, string expected) => Assert.Contains(Problems(yaml), problem => problem.Contains(expected, StringComparison.Ordinal));

    [Fact]
    public void Values_AreText_AndNeverReadAgain()
    {
        var text = new TemplateText("${incident.impact} $${incident.eta} $5", TemplateKind.Incident);
        Assert.Equal("${incident.eta} <b> ${incident.eta} $5", text.Fill(new Dictionary<string, string> { ["impact"] = "${incident.eta} <b>", ["eta"] = "never" }));
    }

    [Fact]
    public void ATemplate_IsEditedByOneAlone_ARunbookIsNot() =>
        Assert.Equal((false, true), (OpsDashboard.Catalogue.CodeDocuments.IsCode("shop/templates/one.yml"), OpsDashboard.Catalogue.CodeDocuments.IsCode("shop/runbooks/one.yml")));
}
