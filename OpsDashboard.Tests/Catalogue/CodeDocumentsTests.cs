using OpsDashboard.Catalogue;
using OpsDashboard.Catalogue.Overlays;
using Xunit;

namespace OpsDashboard.Tests.Catalogue;

public sealed class CodeDocumentsTests
{
    const string Nodes = "variables: { a: \"1\" }\nnodes:\n  x: { kind: ssh, address: \"h:22\" }\n";

    static CatalogueDocument Document(string path, string? text) => new(path, text, null);

    [Theory]
    [InlineData("title: Restart it\n")]
    [InlineData(null)]
    public void Refusal_Runbook_IsNotChangedByOneAlone(string? text) =>
        Assert.StartsWith("is not changed by one alone.", CodeDocuments.Refusal(Document("shop/runbooks/restart.yml", "title: Restart\n"), text), StringComparison.Ordinal);

    [Theory]
    [InlineData("variables: { a: \"1\" }\nnodes:\n  x: { kind: ssh, address: \"evil:22\" }\n", true)]
    [InlineData("variables: { a: \"1\" }\n", true)]
    [InlineData(null, true)]
    [InlineData("nodes: [broken", true)]
    [InlineData("# a comment\nvariables: { a: \"2\" }\nnodes: { x: { kind: \"ssh\", address: 'h:22' } }\n", false)]
    public void Refusal_Environment_OnlyWhereItsNodesChange(string? text, bool isRefused) =>
        Assert.Equal(isRefused, CodeDocuments.Refusal(Document("environments/test.yml", Nodes), text) is not null);

    [Fact]
    public void Refusal_OtherDocuments_IsNone() => Assert.Null(CodeDocuments.Refusal(Document("shop/system.yml", "id: shop\n"), "nodes: {}\n"));
}
