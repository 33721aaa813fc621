using OpsDashboard.Runbooks.Nodes;

namespace OpsDashboard.Bench.Runbooks;

/// <summary>Processes of commands that the program began, told by the system itself and not by what is measured.</summary>
static class ChildProcesses
{
    /// <param name="variable">As it stands in their environment; by default those of all commands.</param>
    public static int Count(string variable = $"{CommandHandle.Variable}=") => Directory.EnumerateDirectories("/proc").Count(folder =>
    {
        try
        {
            return char.IsAsciiDigit(Path.GetFileName(folder)[0]) && File.ReadAllText($"{folder}/environ").Contains(variable, StringComparison.Ordinal);
        }
        catch (Exception ended) when (ended is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    });
}
