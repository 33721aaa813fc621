namespace OpsDashboard.Catalogue.Reading;

/// <summary>What one reading of all files gave.</summary>
public sealed record CatalogueReading(IReadOnlyList<MonitoredSystem> Systems, IReadOnlyList<CatalogueProblem> Problems)
{
    /// <summary>What the files of the catalogue's own folder say, by document type; only those without an error.</summary>
    public IReadOnlyDictionary<Type, object> Documents { get; init; } = new Dictionary<Type, object>();

    /// <summary>Where commands run in the environment that was read.</summary>
    public IReadOnlyList<Node> Nodes { get; init; } = [];

    public IReadOnlyList<NodeSet> NodeSets { get; init; } = [];
}

/// <summary>Reads and validates a whole catalogue: every problem at once. Thread-safe; does no I/O.</summary>
public sealed class CatalogueReader(IEnumerable<ITargetKind> kinds, IEnumerable<ICatalogueDocument> documents, IExpressionSyntax? syntax = null, IEnumerable<IRootDocument>? rootDocuments = null,
    IEnumerable<ICatalogueFolder>? folders = null, IEnumerable<INodeKind>? nodeKinds = null)
{
    const string SystemYml = "system.yml";
    const string TargetsYml = "targets.yml";

    readonly Dictionary<string, ITargetKind> kinds = kinds.ToDictionary(kind => kind.Kind);
    readonly Dictionary<string, ICatalogueDocument> documents = documents.ToDictionary(document => document.FileName);

    readonly IRootDocument[] rootDocuments = [.. rootDocuments ?? []];
    readonly Dictionary<string, ICatalogueFolder> folders = (folders ?? []).ToDictionary(folder => folder.FolderName);
    readonly Dictionary<string, INodeKind> nodeKinds = (nodeKinds ?? []).ToDictionary(kind => kind.Kind);

    /// <summary>Names of the files that are read in the catalogue's own folder.</summary>
    public IReadOnlyList<string> RootFileNames => [.. rootDocuments.Select(document => document.FileName)];

    public IEnumerable<(string File, Type Type)> RootTypes => rootDocuments.Select(document => (document.FileName, document.DocumentType));

    /// <summary>Names of the collector kinds, sorted.</summary>
    public IReadOnlyList<string> Kinds => [.. kinds.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Names of the files that are read in a system's folder.</summary>
    public IReadOnlyList<string> FileNames => [SystemYml, TargetsYml, .. documents.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Names of the folders below a system's that hold files of one kind each.</summary>
    public IReadOnlyCollection<string> FolderNames => folders.Keys;

    public CatalogueReading Read(CatalogueFiles files, string environment, IReadOnlyDictionary<string, string> overrides)
    {
        var problems = new List<CatalogueProblem>(files.Problems);
        var variables = Variables.Read(files, environment, overrides, problems);
        var systems = new List<MonitoredSystem>();
        foreach (var folder in files.Texts.Keys.Where(path => path.Contains('/') && !Variables.IsEnvironment(path)).Select(path => path.Split('/')[0]).Distinct())
        {
            if (ReadSystem(folder, files, environment, variables, problems) is { } system)
                systems.Add(system);
        }
        var read = ReadRoot(files, variables, problems);
        foreach (var document in rootDocuments)
            document.Check(read.GetValueOrDefault(document.DocumentType), files.Texts.ContainsKey(document.FileName), systems, problems);
        var (nodes, sets) = NodeFile.Read(files, environment, variables, nodeKinds, systems, problems);
        return new(systems, [.. problems.OrderBy(problem => problem.File, StringComparer.Ordinal).ThenBy(problem => problem.Line)]) { Documents = read, Nodes = nodes, NodeSets = sets };
    }

    Dictionary<Type, object> ReadRoot(CatalogueFiles files, Variables variables, List<CatalogueProblem> problems)
    {
        foreach (var path in files.Texts.Keys.Where(path => !path.Contains('/') && !RootFileNames.Contains(path)))
            problems.Add(new(path, 0, $"Nothing reads {path}.", "Move it into the folder of a system, or remove it.", IsWarning: true));
        var read = new Dictionary<Type, object>();
        foreach (var document in rootDocuments)
        {
            if (Open(document.FileName, files, variables, problems) is not { } root)
                continue;
            var errors = root.ErrorCount;
            var value = document.Read(root, read);
            root.RejectUnknownKeys();
            if (root.ErrorCount == errors)
                read[document.DocumentType] = value;
        }
        return read;
    }

    MonitoredSystem? ReadSystem(string folder, CatalogueFiles files, string environment, Variables variables, List<CatalogueProblem> problems)
    {
        WarnOfUnreadFiles(folder, files, problems);
        if (!files.Texts.ContainsKey($"{folder}/{SystemYml}"))
        {
            if (files.Problems.All(problem => problem.File != $"{folder}/{SystemYml}"))
                problems.Add(new($"{folder}/{SystemYml}", 0, $"The folder `{folder}` has no {SystemYml}.", "Add it, or remove the folder."));
            return null;
        }
        if (Open($"{folder}/{SystemYml}", files, variables, problems) is not { } map || SystemFile.Read(map, folder, syntax) is not { } system)
            return null;
        if (Open($"{folder}/{TargetsYml}", files, variables, problems) is { } targets)
            system = system with { Targets = new TargetFile(kinds, environment).Read(targets, system) };
        var read = new Dictionary<Type, object>();
        foreach (var (name, document) in documents)
        {
            if (Open($"{folder}/{name}", files, variables, problems) is not { } root)
                continue;
            read[document.DocumentType] = document.Read(root, system);
            root.RejectUnknownKeys();
        }
        foreach (var inner in folders.Values)
            read[inner.DocumentType] = inner.Read(OpenAll($"{folder}/{inner.FolderName}/", files, variables, problems), system);
        system = system with { Documents = read };
        foreach (var document in documents.Values)
            document.Check(system, problems);
        foreach (var inner in folders.Values)
            inner.Check(system, problems);
        return system;
    }

    static FolderFile[] OpenAll(string folder, CatalogueFiles files, Variables variables, List<CatalogueProblem> problems) =>
    [
        .. from path in files.Texts.Keys
           where path.StartsWith(folder, StringComparison.Ordinal)
           let root = Open(path, files, variables, problems)
           where root is not null
           select new FolderFile(Path.GetFileNameWithoutExtension(path), CatalogueFiles.Version(files.Texts[path]), root),
    ];

    void WarnOfUnreadFiles(string folder, CatalogueFiles files, List<CatalogueProblem> problems)
    {
        foreach (var path in files.Texts.Keys.Where(path => path.StartsWith($"{folder}/", StringComparison.Ordinal)))
        {
            var name = path[(folder.Length + 1)..];
            if (name is not (SystemYml or TargetsYml) && !documents.ContainsKey(name) && !(name.Split('/') is [var inner, _] && folders.ContainsKey(inner)))
                problems.Add(new(path, 0, $"Nothing reads {name}.", $"Rename it to one of {string.Join(", ", FileNames)}, or remove it.", IsWarning: true));
        }
    }

    static YamlMap? Open(string path, CatalogueFiles files, Variables variables, List<CatalogueProblem> problems) =>
        files.Texts.TryGetValue(path, out var text) && YamlText.Parse(text, path, problems) is { } node
            ? new YamlMap(node, path, problems, variables.Expand)
            : null;
}
