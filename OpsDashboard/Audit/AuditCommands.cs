using OpsDashboard.Storage;

namespace OpsDashboard.Audit;

public static class AuditCommands
{
    /// <summary><c>verify-audit [export]</c>: 0 intact, 1 broken, 2 could not be read.</summary>
    public static async Task<int> VerifyAsync(string[] arguments)
    {
        try
        {
            var verdict = arguments.Length > 0 ? await VerifyFileAsync(arguments[0]) : await VerifyDatabaseAsync();
            Console.WriteLine(verdict.Sentence);
            foreach (var keyId in verdict.KeyIds)
                Console.WriteLine($"Signed with key {keyId}. Compare it with the one that you noted elsewhere.");
            return verdict.IsIntact ? 0 : 1;
        }
        catch (Exception problem) when (problem is FormatException or StartRefusedException or IOException or UnauthorizedAccessException or System.Data.Common.DbException)
        {
            await Console.Error.WriteLineAsync(problem.Message);
            return 2;
        }
    }

    static async Task<AuditVerdict> VerifyFileAsync(string path)
    {
        using var export = new StreamReader(path);
        return await AuditVerification.VerifyExportAsync(export, CancellationToken.None);
    }

    static async Task<AuditVerdict> VerifyDatabaseAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.AddStorage().AddAudit();
        await using var app = builder.Build();
        var options = app.Services.GetRequiredService<OpsContextFactory>().Options;
        if (options.Provider == StorageProvider.Sqlite && !File.Exists(Path.Combine(options.DataDirectory, "ops.db")))
            throw new IOException($"There is no database in {options.DataDirectory}; Storage__DataDirectory names its folder.");
        return await app.Services.GetRequiredService<AuditVerification>().VerifyAsync(CancellationToken.None);
    }
}
