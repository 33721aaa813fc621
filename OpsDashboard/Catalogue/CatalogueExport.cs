using System.IO.Compression;
using OpsDashboard.Catalogue.Reading;

namespace OpsDashboard.Catalogue;

/// <summary>Writes what counts as files that fit for a commit.</summary>
public static class CatalogueExport
{
    /// <summary>A zip archive of the texts, each at its path. Same texts, same bytes.</summary>
    public static byte[] Zip(CatalogueFiles files)
    {
        using var buffer = new MemoryStream();
        using (var archive = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (path, text) in files.Texts.OrderBy(file => file.Key, StringComparer.Ordinal))
            {
                var entry = archive.CreateEntry(path);
                entry.LastWriteTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
                using var writer = new StreamWriter(entry.Open());
                writer.Write(text);
            }
        }
        return buffer.ToArray();
    }
}
