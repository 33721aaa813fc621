using OpsDashboard.Catalogue.Overlays;
using OpsDashboard.Catalogue.Reading;
using YamlDotNet.RepresentationModel;

namespace OpsDashboard.Catalogue;

/// <summary>
/// Documents that say what is run, and where: runbooks, nodes and sets of nodes; not templates, which only say what people are told. Whoever edits them runs code, so that they change with the files, which
/// somebody deploys, or by a draft that another administrator activates.
/// </summary>
static class CodeDocuments
{
    const string Remedy = "Whoever edits it decides which commands run: propose it, and another administrator activates it; or change the catalogue's files and deploy them.";

    static readonly string[] Sections = ["nodes", "nodeSets"];

    /// <summary>Whether the whole document says what is run.</summary>
    public static bool IsCode(string path) => path.Split('/') is [_, not "templates", _];

    /// <summary>Whether it may say so in one of its sections.</summary>
    public static bool MayHoldCode(string path) => IsCode(path) || path.StartsWith("environments/", StringComparison.Ordinal);

    /// <summary>Why the text may not replace the document, or null.</summary>
    /// <param name="text">Null removes it.</param>
    public static string? Refusal(CatalogueDocument before, string? text)
    {
        if (IsCode(before.Path))
            return Equals(before.Text, text) ? null : $"is not changed by one alone. {Remedy}";
        if (!before.Path.StartsWith("environments/", StringComparison.Ordinal))
            return null;
        var changed = Sections.Where(section => !Equals(Section(before.Text, section), Section(text, section))).ToArray();
        return changed.Length == 0 ? null : $"has other {string.Join(" and ", changed)} than before. {Remedy}";
    }

    // What cannot be read has no sections, and nothing is run out of it.
    static YamlNode? Section(string? text, string name) =>
        YamlText.Parse(text ?? "", "", [])?.Children.FirstOrDefault(pair => pair.Key is YamlScalarNode key && key.Value == name).Value;
}
