namespace OpsDashboard.Incidents.Bundles;

/// <summary><c>verify-bundle &lt;file&gt;</c>: 0 intact, 1 broken, 2 could not be read. Needs no database.</summary>
public static class VerifyBundleCommand
{
    public const string Usage = "Usage: OpsDashboard verify-bundle <file>";

    public static async Task<int> RunAsync(string[] arguments, TextWriter output)
    {
        if (arguments.Length != 1)
        {
            await output.WriteLineAsync(Usage);
            return 2;
        }
        try
        {
            var verdict = IncidentBundle.Verify(await File.ReadAllBytesAsync(arguments[0]));
            await output.WriteLineAsync(verdict.Sentence);
            return verdict.IsIntact ? 0 : 1;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            await output.WriteLineAsync(problem.Message);
            return 2;
        }
    }
}
