using OpsDashboard.Audit;
using OpsDashboard.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace OpsDashboard.Bench;

/// <summary>Durable appends a second to a fresh log: many callers at once, each waiting for its own entry; then the verification of them all.</summary>
static class AuditBench
{
    const int Entries = 200_000, Callers = 4_000;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var folder = Directory.CreateTempSubdirectory("ops-bench-audit").FullName;
        try
        {
            using var contexts = new OpsContextFactory(new() { DataDirectory = folder });
            await new Schema(contexts, [new AuditGuard()], TimeProvider.System, NullLogger<Schema>.Instance).UpdateAsync(CancellationToken.None);
            await using var log = new AuditLog(contexts, TimeProvider.System);
            await log.AppendAsync(Record(0), CancellationToken.None);

            var started = TimeProvider.System.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => CallAsync(log, caller)));
            var took = TimeProvider.System.GetElapsedTime(started);
            Console.WriteLine($"append, {Callers} callers: {Entries / took.TotalSeconds:N0} durable entries/s ({took.TotalSeconds:0.00} s for {Entries:N0})");

            using var keys = new AuditKeys(contexts);
            started = TimeProvider.System.GetTimestamp();
            var verdict = await new AuditVerification(new(contexts), keys).VerifyAsync(CancellationToken.None);
            took = TimeProvider.System.GetElapsedTime(started);
            Console.WriteLine($"verify: {verdict.Entries / took.TotalSeconds:N0} entries/s; {verdict.Sentence}");
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

    static async Task CallAsync(AuditLog log, int caller)
    {
        for (var number = 0; number < Entries / Callers; number++)
            await log.AppendAsync(Record(caller), CancellationToken.None);
    }

    static AuditRecord Record(int number) => new(Actor.Program, "bench.appended", $"bench/{number}", Particulars: new Dictionary<string, object?> { ["before"] = 1, ["after"] = 2, ["reason"] = "because" });
}
