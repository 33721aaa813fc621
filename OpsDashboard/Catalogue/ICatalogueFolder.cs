namespace OpsDashboard.Catalogue;

/// <summary>One file of an <see cref="ICatalogueFolder"/>.</summary>
/// <param name="Name">The file's name without its ending.</param>
/// <param name="Version">A short name for its text.</param>
public sealed record FolderFile(string Name, string Version, YamlMap Root);

/// <summary>A kind of file of which a system has any number, in a folder of their own below the system's: <c>runbooks/*.yml</c>. Read and validated by the feature that owns it.</summary>
public interface ICatalogueFolder
{
    /// <summary>Name of the folder, e.g. <c>runbooks</c>.</summary>
    string FolderName { get; }

    /// <summary>One document over all files, under the type by which <see cref="MonitoredSystem.Document{T}"/> finds it; problems go to the readers.</summary>
    object Read(IReadOnlyList<FolderFile> files, MonitoredSystem system);

    Type DocumentType { get; }

    /// <summary>Looks whether the system's documents fit each other, once all of them were read.</summary>
    void Check(MonitoredSystem system, ICollection<CatalogueProblem> problems) { }
}
