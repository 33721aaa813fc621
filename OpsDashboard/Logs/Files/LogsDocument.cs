namespace OpsDashboard.Logs.Files;

/// <summary>A system's <c>logs.yml</c>: the files that are followed, and what is counted in its lines.</summary>
public sealed record LogsDocument(IReadOnlyList<FollowedFiles> Files, IReadOnlyList<Counters.LogCounter> Counters)
{
    public static readonly LogsDocument Empty = new([], []);
}

/// <summary>Files of one folder that are read as they grow.</summary>
/// <param name="Folder">Absolute, or relative to where the program was started.</param>
/// <param name="Names">Names in the folder; <c>*</c> and <c>?</c> stand for any characters and for one.</param>
/// <param name="Component">Of the system; for lines that name none.</param>
/// <param name="Category">For lines that name none.</param>
/// <param name="Levels">Only these are kept; empty: all.</param>
public sealed record FollowedFiles(string Folder, IReadOnlyList<string> Names, string? Component, string? Category, IReadOnlyList<LineLevel> Levels, string File, int Line);
