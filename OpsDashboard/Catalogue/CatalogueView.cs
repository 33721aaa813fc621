using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue.Overlays;

namespace OpsDashboard.Catalogue;

/// <summary>What page and API say alike.</summary>
static class CatalogueView
{
    /// <summary>Whether the actor may read what stands in the file: the system's, or all systems' where it belongs to none.</summary>
    public static bool MaySee(Actor actor, string path) =>
        actor.May(Permission.ReadCatalogue, path.Split('/') is [var folder, _, ..] && folder != "environments" ? folder : null);

    /// <summary>The text for somebody who reads it: as it is for whom may replace it (or where nobody is given), else without secrets.</summary>
    public static string? Shown(Actor? reader, string? text) => text is null || reader?.May(Permission.EditCatalogue) != false ? text : SecretMask.Document(text);

    /// <summary>file, edited, added or removed.</summary>
    public static string State(CatalogueDocument document) => document switch
    {
        { Overlay: null } => "file",
        { Text: null } => "removed",
        { FileText: null } => "added",
        _ => "edited",
    };
}
