using System.Globalization;
using OpsDashboard.Audit;
using OpsDashboard.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace OpsDashboard.Bench;

/// <summary>
/// <c>audit [entries] [PostgreSQL connection string]</c>: durable appends a second to a fresh log, many callers at once, each waiting for its
/// own entry; then the verification of them all. SQLite where no (empty) database is named.
/// </summary>
static class AuditBench
{
    const int Callers = 4_000;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var entries = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 200_000;
        var postgres = arguments.ElementAtOrDefault(1);
        var folder = Directory.CreateTempSubdirectory("ops-bench-audit").FullName;
        try
        {
            using var contexts = new OpsContextFactory(new() { DataDirectory = folder, Provider = postgres is null ? StorageProvider.Sqlite : StorageProvider.Postgres, ConnectionString = postgres });
            await new Schema(contexts, [new AuditGuard()], TimeProvider.System, NullLogger<Schema>.Instance).UpdateAsync(CancellationToken.None);
            await using var log = new AuditLog(contexts, TimeProvider.System);
            await log.AppendAsync(Record(0), CancellationToken.None);

            var started = TimeProvider.System.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => CallAsync(log, caller, entries / Callers)));
            var took = TimeProvider.System.GetElapsedTime(started);
            Console.WriteLine($"append, {Callers} callers: {entries / took.TotalSeconds:N0} durable entries/s ({took.TotalSeconds:0.00} s for {entries:N0})");

            using var keys = new AuditKeys(contexts);
            await new AuditCheckpoints(contexts, keys, TimeProvider.System).SignAsync(CancellationToken.None);
            started = TimeProvider.System.GetTimestamp();
            var verdict = await new AuditVerification(contexts, new(contexts), keys).VerifyAsync(CancellationToken.None);
            took = TimeProvider.System.GetElapsedTime(started);
            Console.WriteLine($"verify: {verdict.Entries / took.TotalSeconds:N0} entries/s; {verdict.Sentence}");
            if (postgres is not null)
                return verdict.IsIntact ? 0 : 1;
            var size = new DirectoryInfo(folder).EnumerateFiles("ops.db*").Sum(file => file.Length);
            Console.WriteLine($"size: {(double)size / verdict.Entries:0} bytes an entry");
            return verdict.IsIntact ? 0 : 1;
        }
        finally
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
    }

    static async Task CallAsync(AuditLog log, int caller, int count)
    {
        for (var number = 0; number < count; number++)
            await log.AppendAsync(Record(caller), CancellationToken.None);
    }

    static AuditRecord Record(int number) => new(Actor.Program, "bench.appended", $"bench/{number}", Particulars: new Dictionary<string, object?> { ["before"] = 1, ["after"] = 2, ["reason"] = "because" });
}
