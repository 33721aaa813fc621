namespace OpsDashboard.Catalogue;

/// <summary>A thing wrong in a catalogue file, with the place and the way to mend it.</summary>
/// <param name="File">Path relative to the catalogue's root.</param>
/// <param name="Line">1-based; 0 when the file as a whole is meant.</param>
public sealed record CatalogueProblem(string File, int Line, string Message, string Remedy, bool IsWarning = false)
{
    /// <summary>What is wrong; it may quote the file, so secrets are taken out here.</summary>
    public string Message { get; } = SecretMask.Text(Message);

    public override string ToString() => $"{File}:{Line}: {Message} {Remedy}";
}

/// <summary>What a team runs. Named so that it does not hide the System namespace.</summary>
public sealed record MonitoredSystem
{
    /// <summary>Lower-case slug, used in addresses, labels and grants.</summary>
    public required string Id { get; init; }
    public required string Name { get; init; }
    public string Description { get; init; } = "";
    /// <summary>Two or three letters for narrow places, e.g. CG.</summary>
    public required string Short { get; init; }
    public required IReadOnlyList<SystemComponent> Components { get; init; }
    public required IReadOnlyList<Target> Targets { get; init; }
    public IReadOnlyList<Contact> Contacts { get; init; } = [];
    public IReadOnlyList<CatalogueLink> Links { get; init; } = [];
    /// <summary>The system's own nouns, e.g. users → players.</summary>
    public IReadOnlyDictionary<string, string> Words { get; init; } = new Dictionary<string, string>();
    /// <summary>PromQL for who is hit when the system fails; null where the team gave none.</summary>
    public string? Affected { get; init; }
    /// <summary>Within which time a failure of a class has to be over (RTO); a class that is missing has none.</summary>
    public IReadOnlyDictionary<RecoveryClass, TimeSpan> RecoveryTimes { get; init; } = new Dictionary<RecoveryClass, TimeSpan>();
    /// <summary>Who is paged after whom, the first that matches; empty: nobody is paged.</summary>
    public IReadOnlyList<EscalationChoice> Escalation { get; init; } = [];
    /// <summary>Whether strangers see it on the public status page, also while nothing was told.</summary>
    public bool IsOnStatusPage { get; init; }
    /// <summary>What other features read from this system's folder, by document type.</summary>
    public IReadOnlyDictionary<Type, object> Documents { get; init; } = new Dictionary<Type, object>();

    /// <summary>The document that a feature read from the folder, or null.</summary>
    public T? Document<T>() where T : class => Documents.TryGetValue(typeof(T), out var document) ? (T)document : null;
}

/// <summary>A part of a system. <paramref name="Kind"/> is a free word such as api, web, database, cache, third-party.</summary>
public sealed record SystemComponent(string Id, string Name, string Kind, IReadOnlyList<string> DependsOn, string Group = "");

/// <summary>An address of a component in one environment, to collect from or to probe.</summary>
public sealed record Target
{
    public required string SystemId { get; init; }
    public required string ComponentId { get; init; }
    /// <summary>The component that answers for this one, where it is read through another: while that one is down, its failures say nothing. Null: it is read itself.</summary>
    public string? Through { get; init; }
    public required string Environment { get; init; }
    public required string Job { get; init; }
    /// <summary>Name of the collector kind: prometheus, http, tcp, json, postgres, redis, sql, host, self, heartbeat.</summary>
    public required string Kind { get; init; }
    /// <summary>URL, host:port or connection string, variables already replaced. To connect with; what is shown is <see cref="Place"/>.</summary>
    public required string Address { get; init; }

    /// <summary>The address as it may be shown: a secret that somebody wrote into it is left out.</summary>
    public string Place => SecretMask.Text(Address);
    /// <summary>The <c>instance</c> label; host:port of the address unless given.</summary>
    public required string Instance { get; init; }
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(1);
    /// <summary>Labels of the team's own, set on every sample of the target.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
    /// <summary>What the collector kind read from the target's remaining keys.</summary>
    public required object Options { get; init; }
    public required string File { get; init; }
    public required int Line { get; init; }

    /// <summary>Unique among all targets, stable across reloads: system/component/job/instance.</summary>
    public string Id => $"{SystemId}/{ComponentId}/{Job}/{Instance}";
}

public sealed record Contact(string Name, string? Email, string? Role);

public sealed record CatalogueLink(string Title, string Url);

/// <summary>Which escalation counts for alerts of a system.</summary>
/// <param name="Matchers">As Alertmanager writes them, all of which must match; empty: for every alert.</param>
/// <param name="Policy">Id of a policy of <c>oncall.yml</c>.</param>
/// <param name="Line">In <c>system.yml</c>.</param>
public sealed record EscalationChoice(IReadOnlyList<string> Matchers, string Policy, int Line);

/// <summary>All files as one consistent reading. Immutable.</summary>
/// <param name="Revision">Grows with every reload.</param>
/// <param name="ContentHash">SHA-256 over all files, hexadecimal.</param>
/// <param name="Systems">
/// Those that could be read. What is broken in a system stays as it was last read whole; at the first reading it is missing. Either way <paramref name="Problems"/> names it.
/// </param>
public sealed record CatalogueSnapshot(long Revision, string ContentHash, string Environment, IReadOnlyList<MonitoredSystem> Systems, IReadOnlyList<CatalogueProblem> Problems)
{
    public static readonly CatalogueSnapshot Empty = new(0, "", "", [], []);

    /// <summary>Where commands run in this environment.</summary>
    public IReadOnlyList<Node> Nodes { get; init; } = [];

    public IReadOnlyList<NodeSet> NodeSets { get; init; } = [];

    /// <summary>What was read from the catalogue's own folder, by document type.</summary>
    public IReadOnlyDictionary<Type, object> Documents { get; init; } = new Dictionary<Type, object>();

    public MonitoredSystem? Find(string systemId) => Systems.FirstOrDefault(system => system.Id == systemId);

    public Node? FindNode(string id) => Nodes.FirstOrDefault(node => node.Id == id);
}

/// <summary>The catalogue as it is now. Thread-safe.</summary>
public interface ICatalogue
{
    CatalogueSnapshot Current { get; }

    /// <summary>Calls back after every change of <see cref="Current"/>, until disposed. Exceptions of one subscriber do not reach the others.</summary>
    IDisposable Subscribe(Action<CatalogueSnapshot> changed);
}

/// <summary>One kind of file in a system's folder, read and validated by the feature that owns it.</summary>
public interface ICatalogueDocument
{
    /// <summary>Name of the file, e.g. <c>kpis.yml</c>.</summary>
    string FileName { get; }

    /// <summary>The document, under the type by which <see cref="MonitoredSystem.Document{T}"/> finds it; problems go to the reader.</summary>
    object Read(YamlMap root, MonitoredSystem system);

    Type DocumentType { get; }

    /// <summary>Looks whether the system's documents fit each other, once all of them were read; called also where this one's file is missing.</summary>
    void Check(MonitoredSystem system, ICollection<CatalogueProblem> problems) { }
}

/// <summary>One file in the catalogue's own folder that concerns all systems, read and validated by the feature that owns it.</summary>
public interface IRootDocument
{
    /// <summary>Name of the file, e.g. <c>alertmanager.yml</c>.</summary>
    string FileName { get; }

    /// <summary>The document, under the type by which <see cref="CatalogueSnapshot.Documents"/> holds it; problems go to the reader.</summary>
    /// <param name="before">What was read before, in the order of registration.</param>
    object Read(YamlMap root, IReadOnlyDictionary<Type, object> before);

    Type DocumentType { get; }

    /// <summary>Looks whether the systems fit the document, once everything was read.</summary>
    /// <param name="document">Null where the file is missing or broken.</param>
    /// <param name="isThere">Whether there is such a file.</param>
    void Check(object? document, bool isThere, IReadOnlyList<MonitoredSystem> systems, ICollection<CatalogueProblem> problems) { }
}

/// <summary>A kind of target; its remaining keys are read and validated by the feature that collects it.</summary>
public interface ITargetKind
{
    string Kind { get; }

    /// <summary>Reads the keys that belong to the kind; problems go to the reader. Must not touch the network.</summary>
    object ReadOptions(YamlMap target);

    /// <summary>False where there is nothing to connect to: the job then needs no <c>static_configs</c>.</summary>
    bool NeedsAddress => true;

    /// <summary>Why the address cannot be one of this kind, in a sentence, or null. Must not touch the network.</summary>
    string? RejectAddress(string address) => null;
}

/// <param name="Position">Offset into the expression, or -1.</param>
public sealed record ExpressionFault(string Message, int Position);

/// <summary>Judges PromQL for readers that may not know the language itself. Thread-safe.</summary>
public interface IExpressionSyntax
{
    /// <summary>What is wrong with the expression, or null.</summary>
    ExpressionFault? Explain(string expression);
}
