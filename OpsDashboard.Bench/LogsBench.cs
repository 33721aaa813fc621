using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using OpsDashboard.Audit;
using OpsDashboard.Live;
using OpsDashboard.Logs;
using OpsDashboard.Logs.Search;
using OpsDashboard.Logs.Store;
using OpsDashboard.Logs.Store.Database;

namespace OpsDashboard.Bench;

/// <summary>
/// <c>logs [seconds] [lines in all] [PostgreSQL connection string]</c>: JSON lines of five systems, read and committed durably in requests of 1,000 by four
/// senders, for so many seconds; then filled up to so many lines, and a chain and some searches looked up in them. SQLite where no (empty) database is named.
/// </summary>
static class LogsBench
{
    const int Senders = 4, LinesPerRequest = 1_000, ChainLength = 12;

    static readonly Actor Everyone = new("bench", "Bench", ActorKind.Program, [new(Role.Admin, null)]);
    static readonly string[] Events = ["phase_change", "play", "declare", "score", "connect", "disconnect", "redeal", "win"];
    static readonly string[] Systems = ["case-opening", "dnd-companion", "liap-tui", "nba-projections", "quantum-nexus"];

    public static async Task<int> RunAsync(string[] arguments)
    {
        var duration = TimeSpan.FromSeconds(arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 60);
        var total = arguments.Length > 1 ? long.Parse(arguments[1], CultureInfo.InvariantCulture) : 0;
        var postgres = arguments.ElementAtOrDefault(2);
        var folder = Directory.CreateTempSubdirectory("ops-bench-logs").FullName;
        try
        {
            var options = new LogsOptions { MaxBytesPerSystem = 64L << 30 };
            await using ILogDatabase database = postgres is null ? new SqliteLogDatabase(Path.Combine(folder, "logs.db")) : new PostgresLogDatabase(postgres);
            using var store = new LogStore(database, options, new(), new(NullLogger<LiveBus>.Instance), TimeProvider.System);
            await store.OpenAsync(default);

            var lines = await FillAsync(store, duration, long.MaxValue);
            Console.WriteLine($"intake: {lines / duration.TotalSeconds:N0} lines/s read, indexed and committed durably ({lines:N0} in {duration.TotalSeconds:0} s)");
            while (lines < total)
                lines += await FillAsync(store, TimeSpan.FromMinutes(30), total - lines);
            if (postgres is null)
                Console.WriteLine($"size: {new DirectoryInfo(folder).EnumerateFiles().Sum(file => file.Length) / (double)lines:0} bytes a line");
            await LookUpAsync(new LogQuery(database, new(database), options, TimeProvider.System), lines);
            return 0;
        }
        finally
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
    }

    static long chains;

    static async Task<long> FillAsync(LogStore store, TimeSpan duration, long most)
    {
        var (started, sent) = (TimeProvider.System.GetTimestamp(), 0L);
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => Task.Run(async () =>
        {
            var random = new Random(sender);
            while (TimeProvider.System.GetElapsedTime(started) < duration && Interlocked.Read(ref sent) < most)
            {
                var now = TimeProvider.System.GetUtcNow();
                var batch = new List<LogEntry>(LinesPerRequest);
                for (var i = 0; i < LinesPerRequest; i++)
                    batch.Add(LogLine.Parse(Line(random, now, i), new(Systems[random.Next(Systems.Length)], Source: "http"), now));
                await store.AppendAsync(batch, default);
                Interlocked.Add(ref sent, batch.Count);
            }
        })));
        return sent;
    }

    static byte[] Line(Random random, DateTimeOffset now, int number)
    {
        var chain = Interlocked.Increment(ref chains) / ChainLength;
        var name = Events[random.Next(Events.Length)];
        return Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $$"""{"timestamp":"{{now.AddMilliseconds(number / 10.0):O}}","level":"{{(random.Next(200) == 0 ? "ERROR" : "INFO")}}","correlation_id":"{{Id(chain)}}","category":"game_event","event":"{{name}}","room_id":"R{{random.Next(500)}}","message":"player {{random.Next(10_000)}} did {{name}} in round {{random.Next(20)}}","details":{"from_phase":"declare","to_phase":"play","player_count":4,"duration_ms":{{random.Next(2000) / 10.0}} } }"""));
    }

    static string Id(long chain) => $"{chain:x8}-0000-7000-8000-{chain * 2654435761 % 281474976710656:x12}";

    static async Task LookUpAsync(ILogQuery query, long lines)
    {
        var random = new Random(1);
        var last = Interlocked.Read(ref chains) / ChainLength;
        await TimeAsync($"chain of {ChainLength} by correlation id in {lines:N0} lines", 50, async () => (await query.ChainAsync(Everyone, Id(random.NextInt64(last)), default)).Count);
        await TimeAsync("newest 100 of a rare word", 20, async () => (await query.SearchAsync(Everyone, new() { Text = $"R{random.Next(500)} score" }, null, 100, default)).Entries.Count);
        await TimeAsync("newest 100 errors", 20, async () => (await query.SearchAsync(Everyone, new LogFilter().WithMinLevel(LineLevel.Error), null, 100, default)).Entries.Count);
        await TimeAsync("newest 100 of a common word", 20, async () => (await query.SearchAsync(Everyone, new() { Text = "player" }, null, 100, default)).Entries.Count);
        await TimeAsync("newest 100 of everything", 20, async () => (await query.SearchAsync(Everyone, new(), null, 100, default)).Entries.Count);
        await TimeAsync("counts by level, 60 bars", 20, async () => (await query.CountsAsync(Everyone, new(), 60, default)).Counts.Count);
        await TimeAsync("patterns", 20, async () => (await query.PatternsAsync(Everyone, new(), default, 100, default)).Patterns.Count);
    }

    static async Task TimeAsync(string what, int times, Func<Task<int>> look)
    {
        var (took, found) = (new List<double>(), 0);
        for (var i = 0; i < times; i++)
        {
            var started = TimeProvider.System.GetTimestamp();
            found = await look();
            took.Add(TimeProvider.System.GetElapsedTime(started).TotalMilliseconds);
        }
        var first = took[0];
        took.Sort();
        Console.WriteLine($"{what}: median {took[took.Count / 2]:0.0} ms, worst {took[^1]:0.0} ms, first {first:0.0} ms ({found} found)");
    }
}
