using System.Security.Cryptography;
using System.Text;
using OpsDashboard.Catalogue.Reading;

namespace OpsDashboard.Catalogue.Overlays;

/// <summary>An edit that stands over a file.</summary>
/// <param name="Text">Null: the file counts as removed.</param>
/// <param name="BaseText">The file as it was when it was edited; null where there was none.</param>
/// <param name="EditedBy">Id of the actor.</param>
public sealed record Overlay(string Path, string? Text, string? BaseText, string EditedBy, DateTimeOffset EditedAt, int Version);

/// <summary>One document: the file, what was made of it here, and what counts.</summary>
/// <param name="FileText">Null where there is no such file.</param>
/// <param name="Overlay">Null where nobody edited it.</param>
public sealed record CatalogueDocument(string Path, string? FileText, Overlay? Overlay)
{
    /// <summary>What is read; null where the document does not exist or was removed.</summary>
    public string? Text => Overlay is null ? FileText : Overlay.Text;

    /// <summary>The file changed after it was edited here: the edit still wins, and somebody should look.</summary>
    public bool IsDiverged => Overlay is not null && Overlay.BaseText != FileText;

    /// <summary>Another number after every change of the file or of the edit; a change must name the one that it was based on.</summary>
    public int Version
    {
        get
        {
            var bytes = SHA256.HashData(Encoding.UTF8.GetBytes($"{Overlay?.Version ?? -1}\n{Overlay?.EditedAt.UtcTicks}\n{(FileText is null ? "-" : "+")}{FileText}"));
            return BitConverter.ToInt32(bytes) & int.MaxValue;
        }
    }

    /// <summary>What the edit changes in the file as it is now.</summary>
    public IReadOnlyList<DiffLine> Edit() => LineDiff.Of(SecretMask.Document(FileText ?? ""), SecretMask.Document(Text ?? ""));

    /// <summary>What happened to the file since it was edited here.</summary>
    public IReadOnlyList<DiffLine> Divergence() => Overlay is null ? [] : LineDiff.Of(SecretMask.Document(Overlay.BaseText ?? ""), SecretMask.Document(FileText ?? ""));
}

/// <summary>Files and edits of one moment. Immutable.</summary>
public sealed record CatalogueSources(CatalogueFiles Files, IReadOnlyList<Overlay> Overlays)
{
    public static readonly CatalogueSources Empty = new(new(new Dictionary<string, string>(), []), []);

    /// <summary>What counts: the files with the edits over them.</summary>
    public CatalogueFiles Effective()
    {
        if (Overlays.Count == 0)
            return Files;
        var texts = new SortedDictionary<string, string>(Files.Texts.ToDictionary(), StringComparer.Ordinal);
        foreach (var overlay in Overlays)
        {
            if (overlay.Text is null)
                texts.Remove(overlay.Path);
            else
                texts[overlay.Path] = overlay.Text;
        }
        return Files with { Texts = texts };
    }

    public CatalogueDocument Find(string path) =>
        new(path, Files.Texts.GetValueOrDefault(path), Overlays.FirstOrDefault(overlay => overlay.Path == path));

    /// <summary>Every document that exists or existed, by path.</summary>
    public IReadOnlyList<CatalogueDocument> Documents() =>
        [.. Files.Texts.Keys.Union(Overlays.Select(overlay => overlay.Path)).Order(StringComparer.Ordinal).Select(Find)];
}
