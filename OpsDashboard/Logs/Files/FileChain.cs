namespace OpsDashboard.Logs.Files;

/// <summary>A followed file and what it was rotated to: <c>app.log</c>, <c>app.log.1</c>, <c>app.log-20261127</c>; compressed ones are left alone.</summary>
static class FileChain
{
    static readonly string[] Packed = [".gz", ".bz2", ".xz", ".zst", ".zip"];

    /// <summary>Oldest first; the file itself, if it exists, last.</summary>
    public static IReadOnlyList<string> Of(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        var name = Path.GetFileName(path);
        if (!Directory.Exists(folder))
            return [];
        var rotated = new DirectoryInfo(folder).EnumerateFiles()
            .Where(file => file.Name.Length > name.Length && file.Name.StartsWith(name, StringComparison.Ordinal) && file.Name[name.Length] is '.' or '-')
            .Where(file => !Packed.Contains(file.Extension, StringComparer.OrdinalIgnoreCase))
            .OrderBy(file => file.LastWriteTimeUtc).ThenByDescending(file => file.Name, StringComparer.Ordinal)
            .Select(file => file.FullName);
        return File.Exists(path) ? [.. rotated, path] : [.. rotated];
    }

    /// <summary>
    /// Where to read on: the file that begins with this head, wherever it was moved; the oldest of those that came after it, where it is gone;
    /// null where there is nothing.
    /// </summary>
    public static (string Path, bool IsSame)? Find(string path, FileHead head)
    {
        var chain = Of(path);
        if (chain.Count == 0)
            return null;
        // The newest first: that is the usual case.
        for (var i = chain.Count - 1; i >= 0; i--)
        {
            if (head.Length > 0 && Begins(chain[i], head))
                return (chain[i], true);
        }
        return File.Exists(path) ? (path, false) : null;
    }

    /// <summary>What was begun after the file with this head; null where it is the newest, or stands nowhere and there is nothing newer.</summary>
    public static string? After(string path, FileHead head)
    {
        var chain = Of(path);
        for (var i = chain.Count - 1; i >= 0; i--)
        {
            if (Begins(chain[i], head))
                return i + 1 < chain.Count ? chain[i + 1] : null;
        }
        return File.Exists(path) ? path : null;
    }

    static bool Begins(string path, FileHead head)
    {
        try
        {
            using var file = Open(path);
            return head.IsOf(file);
        }
        catch (FileNotFoundException)
        {
            // It was rotated away at this moment.
            return false;
        }
    }

    /// <summary>For reading, without hindering whoever writes, renames or removes it.</summary>
    public static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
}
