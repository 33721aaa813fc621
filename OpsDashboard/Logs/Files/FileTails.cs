using System.IO.Enumeration;
using OpsDashboard.Catalogue;

namespace OpsDashboard.Logs.Files;

/// <summary>What is known of a followed file.</summary>
/// <param name="Problem">Why it is not read, in a sentence, or null.</param>
/// <param name="Behind">Bytes that were not read yet.</param>
public sealed record FollowedFile(string SystemId, string Path, string? Problem, long Behind, long Offset);

/// <summary>The files that the catalogue names, each with its tail. Not thread-safe, but for <see cref="Status"/>.</summary>
sealed class FileTails(TimeProvider clock) : IDisposable
{
    /// <summary>Files of one system; a pattern that finds more follows the newest.</summary>
    public const int MostFiles = 200;

    readonly Dictionary<(string SystemId, string Path), FileTail> tails = [];
    volatile IReadOnlyList<FollowedFile> status = [];

    public IReadOnlyDictionary<(string SystemId, string Path), FileTail> All => tails;

    /// <summary>As of the last round; of any thread.</summary>
    public IReadOnlyList<FollowedFile> Status => status;

    /// <summary>Takes up files that are new and lets go of those that the catalogue names no longer.</summary>
    /// <param name="places">How far they were read.</param>
    public void Update(CatalogueSnapshot catalogue, IReadOnlyDictionary<(string, string), FilePlace> places)
    {
        var wanted = new HashSet<(string, string)>();
        foreach (var system in catalogue.Systems)
        {
            foreach (var (path, files) in (system.Document<LogsDocument>() ?? LogsDocument.Empty).Files.SelectMany(files => Paths(files).Select(path => (path, files))).DistinctBy(pair => pair.path).Take(MostFiles))
            {
                var key = (system.Id, path);
                wanted.Add(key);
                if (tails.ContainsKey(key))
                    continue;
                var tail = new FileTail(path, new(system.Id, files.Component, path, files.Category), files.Levels, clock);
                if (places.TryGetValue(key, out var place))
                    tail.Resume(place);
                tails[key] = tail;
            }
        }
        foreach (var gone in tails.Keys.Where(key => !wanted.Contains(key)).ToArray())
        {
            tails[gone].Dispose();
            tails.Remove(gone);
        }
    }

    public void NoteStatus() => status = [.. tails.Select(pair => new FollowedFile(pair.Key.SystemId, pair.Key.Path, pair.Value.Problem, pair.Value.Behind, pair.Value.Committed?.Offset ?? 0))];

    /// <summary>Begins anew: the lease was lost, or what is defined changed.</summary>
    public void Clear()
    {
        foreach (var tail in tails.Values)
            tail.Dispose();
        tails.Clear();
    }

    // A name without a pattern is followed before it exists; what a file was rotated to is no file of its own.
    static IEnumerable<string> Paths(FollowedFiles files)
    {
        var folder = Path.GetFullPath(files.Folder);
        var plain = files.Names.Where(name => name.IndexOfAny(['*', '?']) < 0).ToList();
        if (plain.Count == files.Names.Count || !Directory.Exists(folder))
            return plain.Select(name => Path.Combine(folder, name));
        var found = new DirectoryInfo(folder).EnumerateFiles()
            .Where(file => files.Names.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, file.Name, ignoreCase: false)))
            .OrderByDescending(file => file.LastWriteTimeUtc).Select(file => file.Name).Take(MostFiles).Union(plain).ToList();
        return found.Where(name => !found.Exists(other => name.Length > other.Length && name.StartsWith(other, StringComparison.Ordinal) && name[other.Length] is '.' or '-')).Select(name => Path.Combine(folder, name));
    }

    public void Dispose() => Clear();
}
