namespace OpsDashboard.Runbooks.Nodes.Ssh;

/// <summary>Text as a POSIX shell reads it back unchanged.</summary>
static class ShellText
{
    /// <summary>Between single quotes nothing has a meaning; a single quote stands outside of them.</summary>
    public static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
