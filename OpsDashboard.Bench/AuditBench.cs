using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using OpsDashboard.Audit;
using OpsDashboard.Storage;

namespace OpsDashboard.Bench;

/// <summary>
/// <c>audit [entries] [PostgreSQL connection string]</c>: durable changes a second, one caller after the other, each a row and its entry in one transaction; durable
/// appends a second to the log, many callers at once, each waiting for its own entry; then the verification of them all. SQLite where no (empty) database is named.
/// </summary>
static class AuditBench
{
    const int Callers = 4_000, Singles = 2_000;
    const double ReachSingles = 500, ReachAppends = 20_000;

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

            var singles = await SinglesAsync(contexts, log);
            var started = TimeProvider.System.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => CallAsync(log, caller, entries / Callers)));
            var took = TimeProvider.System.GetElapsedTime(started);
            var appends = entries / took.TotalSeconds;
            Console.WriteLine($"append, {Callers} callers: {entries / took.TotalSeconds:N0} durable entries/s ({took.TotalSeconds:0.00} s for {entries:N0})");

            using var keys = new AuditKeys(contexts);
            await new AuditCheckpoints(contexts, keys, TimeProvider.System).SignAsync(CancellationToken.None);
            started = TimeProvider.System.GetTimestamp();
            var verdict = await new AuditVerification(contexts, new(contexts), keys).VerifyAsync(CancellationToken.None);
            took = TimeProvider.System.GetElapsedTime(started);
            Console.WriteLine($"verify: {verdict.Entries / took.TotalSeconds:N0} entries/s; {verdict.Sentence}");
            var isGood = verdict.IsIntact && singles >= ReachSingles && appends >= ReachAppends;
            if (postgres is not null)
                return isGood ? 0 : 1;
            var size = new DirectoryInfo(folder).EnumerateFiles("ops.db*").Sum(file => file.Length);
            Console.WriteLine($"size: {(double)size / verdict.Entries:0} bytes an entry");
            return isGood ? 0 : 1;
        }
        finally
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
    }

    // As a press of a button: the row that changes and its entry, committed together, before the next begins.
    static async Task<double> SinglesAsync(OpsContextFactory contexts, AuditLog log)
    {
        await using (var first = contexts.CreateDbContext())
        {
            first.Add(new Lease { Name = "bench", Holder = "0", Fence = 1, Until = 0 });
            await log.CommitAsync(first, Record(0), CancellationToken.None);
        }
        var times = new List<double>();
        var began = TimeProvider.System.GetTimestamp();
        for (var number = 1; number <= Singles; number++)
        {
            var started = TimeProvider.System.GetTimestamp();
            await using var context = contexts.CreateDbContext();
            (await context.Set<Lease>().SingleAsync(lease => lease.Name == "bench")).Holder = $"{number}";
            await log.CommitAsync(context, Record(number), CancellationToken.None);
            times.Add(TimeProvider.System.GetElapsedTime(started).TotalMilliseconds);
        }
        var took = TimeProvider.System.GetElapsedTime(began);
        times.Sort();
        Console.WriteLine($"single changes, one caller: {Singles / took.TotalSeconds:N0} durable changes/s; median {times[Singles / 2]:0.0} ms, p99 {times[Singles * 99 / 100]:0.0} ms, worst {times[^1]:0.0} ms");
        return Singles / took.TotalSeconds;
    }

    static async Task CallAsync(AuditLog log, int caller, int count)
    {
        for (var number = 0; number < count; number++)
            await log.AppendAsync(Record(caller), CancellationToken.None);
    }

    static AuditRecord Record(int number) => new(Actor.Program, "bench.appended", $"bench/{number}", Particulars: new Dictionary<string, object?> { ["before"] = 1, ["after"] = 2, ["reason"] = "because" });
}
