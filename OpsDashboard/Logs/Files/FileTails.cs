using System.IO.Enumeration;
using OpsDashboard.Catalogue;

namespace OpsDashboard.Logs.Files;

/// <summary>The files that the catalogue names, each with its tail. Not thread-safe, but for <see cref="Status"/>.</summary>
sealed class FileTails(TimeProvider clock) : IDisposable
{
    /// <summary>Files of one system; a pattern that finds more follows the newest.</summary>
    public const int MostFiles = 200;

    /// <summary>The problem of a pattern that finds nothing; it is none yet.</summary>
    public const string NoneFits = "no file fits it yet";

    readonly Dictionary<(string SystemId, string Path), FileTail> tails = [];
    readonly List<FollowedFile> unfound = [];
    volatile IReadOnlyList<FollowedFile> status = [];

    public IReadOnlyDictionary<(string SystemId, string Path), FileTail> All => tails;

    /// <summary>As of the last round; of any thread.</summary>
    public IReadOnlyList<FollowedFile> Status => status;

    /// <summary>This process is the one that follows; of any thread.</summary>
    public bool IsFollowing { get; private set; }

    /// <summary>What storing what was read moves on.</summary>
    public IReadOnlyList<SourceMove> Moves() => [.. tails.Values.Select(tail => tail.Move()).OfType<SourceMove>()];

    /// <summary>What was read is stored.</summary>
    public void Commit(IReadOnlyList<SourceMove> moves)
    {
        var at = clock.GetUtcNow();
        foreach (var move in moves)
            tails[(move.SystemId, move.Source)].Commit(move, at);
    }

    /// <summary>Takes up files that are new and lets go of those that the catalogue names no longer.</summary>
    /// <param name="places">How far they were read.</param>
    public void Update(CatalogueSnapshot catalogue, IReadOnlyDictionary<(string, string), SourcePlace> places)
    {
        var wanted = new HashSet<(string, string)>();
        unfound.Clear();
        foreach (var system in catalogue.Systems)
        {
            var named = (system.Document<LogsDocument>() ?? LogsDocument.Empty).Files.Select(files => (Files: files, Paths: Paths(files).ToList())).ToList();
            unfound.AddRange(named.Where(one => one.Paths.Count == 0).Select(one => Unfound(system.Id, one.Files)));
            foreach (var (path, files) in named.SelectMany(one => one.Paths.Select(path => (path, one.Files))).DistinctBy(pair => pair.path).Take(MostFiles))
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

    public void NoteStatus()
    {
        status =
        [
            .. tails.Select(pair => new FollowedFile(pair.Key.SystemId, pair.Key.Path, pair.Value.Component, pair.Value.Problem, pair.Value.Behind,
                pair.Value.Stored is { } stored ? FilePlace.Parse(stored.Place).Offset : 0, pair.Value.Stored?.Lines ?? 0, pair.Value.Stored?.ReadAt, pair.Value.Stored?.LastLineAt, pair.Value.LastLine)),
            .. unfound,
        ];
        IsFollowing = true;
    }

    /// <summary>Another process follows.</summary>
    public void Leave()
    {
        Clear();
        (status, IsFollowing) = ([], false);
    }

    /// <summary>Begins anew: the lease was lost, or what is defined changed.</summary>
    public void Clear()
    {
        foreach (var tail in tails.Values)
            tail.Dispose();
        tails.Clear();
    }

    static FollowedFile Unfound(string system, FollowedFiles files) =>
        new(system, Path.Combine(Path.GetFullPath(files.Folder), string.Join(", ", files.Names)), files.Component, Directory.Exists(files.Folder) ? NoneFits : "the folder does not exist", 0, 0, 0, null, null, null);

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
