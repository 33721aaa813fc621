using OpsDashboard.Access;
using OpsDashboard.Audit;
using Xunit;

namespace OpsDashboard.Tests.Access;

public sealed class GrantTextTests
{
    [Fact]
    public void Grants_SurviveTheirText()
    {
        IReadOnlyList<Grant> grants = [new(Role.Admin, null), new(Role.Viewer, "case-opening")];
        Assert.Equal("admin viewer:case-opening", GrantText.Write(grants));
        Assert.Equal(grants, GrantText.Read("admin viewer:case-opening"));
    }

    [Theory]
    [InlineData("emperor")]
    [InlineData("3")]
    [InlineData(":")]
    public void UnknownRole_GrantsNothing(string text) => Assert.Empty(GrantText.Read(text));

    [Theory]
    [InlineData("admin", "viewer", "viewer")]
    [InlineData("admin", "responder:a viewer:b", "responder:a viewer:b")]
    [InlineData("viewer:a", "admin:b", "")]
    [InlineData("commander:a", "admin", "commander:a")]
    public void Within_IsWhatBothAllow(string grants, string limit, string expected) =>
        Assert.Equal(expected, GrantText.Write(GrantText.Within(GrantText.Read(grants), GrantText.Read(limit))));
}
