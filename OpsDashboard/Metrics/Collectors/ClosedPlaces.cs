namespace OpsDashboard.Metrics.Collectors;

/// <summary>
/// What a target may name neither as the source of its secret nor as its database: the program's own. Whoever edits the catalogue chooses where a
/// secret is sent, and must not get the keys that sign the audit log and everybody's sign-in by it.
/// </summary>
public static class ClosedPlaces
{
    static readonly string[] OwnFiles = ["audit-key.pem", "ops.db"];
    static readonly string[] OwnVariables = ["ASPNETCORE_", "DOTNET_"];
    static readonly string[] SystemFolders = ["/proc", "/sys", "/dev"];

    /// <summary>Why the variable is refused, for a person; null where it may be read.</summary>
    public static string? RejectVariable(string name) =>
        name.Contains("__", StringComparison.Ordinal) || name.Contains(':') || OwnVariables.Any(own => name.StartsWith(own, StringComparison.OrdinalIgnoreCase))
            ? $"The environment variable {name} belongs to the dashboard itself; give the target's secret one of its own."
            : null;

    /// <summary>Why the file is refused, for a person; null where it may be read.</summary>
    public static string? RejectFile(string path)
    {
        var full = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(full) ?? "/";
        var isOwn = SystemFolders.Any(closed => full.StartsWith(closed + "/", StringComparison.Ordinal)) || OwnFiles.Any(own => File.Exists(Path.Combine(folder, own)));
        return isOwn ? $"The file {path} lies where the dashboard or the machine keeps its own; put the target's elsewhere." : null;
    }
}
