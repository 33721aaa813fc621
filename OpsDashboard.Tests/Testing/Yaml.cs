using OpsDashboard.Catalogue;
using YamlDotNet.RepresentationModel;

namespace OpsDashboard.Tests.Testing;

/// <summary>Reads catalogue text as a reload does, with every problem.</summary>
public static class Yaml
{
    public static (object Options, IReadOnlyList<CatalogueProblem> Problems) Read(ITargetKind kind, string text)
    {
        var problems = new List<CatalogueProblem>();
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        var map = new YamlMap((YamlMappingNode)stream.Documents[0].RootNode, "targets.yml", problems, value => value);
        var options = kind.ReadOptions(map);
        map.RejectUnknownKeys();
        return (options, problems);
    }
}
