using System.Globalization;
using System.Text.Json;
using OpsDashboard.Simulator.Parts;

namespace OpsDashboard.Simulator.Systems;

/// <summary>
/// The game's openings and transactions, in its database. Single openings are kept six hours; a row a day is kept for good. Openings are
/// gathered in memory (under the system's lock) and saved about once a second (by one caller).
/// </summary>
sealed class OpeningBook(DatabaseFile database, Rhythm rhythm)
{
    public const string Schema = """
        CREATE TABLE IF NOT EXISTS case_openings (id INTEGER PRIMARY KEY, case_id TEXT NOT NULL, currency_awarded INTEGER NOT NULL, created_at TEXT NOT NULL);
        CREATE INDEX IF NOT EXISTS case_openings_created_at ON case_openings (created_at);
        CREATE TABLE IF NOT EXISTS transactions (id INTEGER PRIMARY KEY, amount INTEGER NOT NULL, status TEXT NOT NULL, created_at TEXT NOT NULL);
        CREATE INDEX IF NOT EXISTS transactions_pending ON transactions (created_at) WHERE status = 'pending';
        CREATE TABLE IF NOT EXISTS case_openings_by_day (day TEXT PRIMARY KEY, openings INTEGER NOT NULL, awarded INTEGER NOT NULL);
        """;

    const int MostUnsaved = 10_000;
    const double OpeningsPerDay = 290_000;
    const double AverageAward = 22.4;

    readonly Lock gate = new();
    readonly List<object> unsaved = [];
    List<(string Day, double Openings, double Award)>? days;
    bool isSeeded;
    int saves;

    public long Orphaned { get; private set; }

    /// <summary>Some of the orphaned transactions, the oldest first.</summary>
    public IReadOnlyList<object> OrphanedRows { get; private set; } = [];

    public int LastAward { get; private set; } = 10;

    public int Open(string name, DateTimeOffset at, Draw draw)
    {
        LastAward = (int)Math.Clamp(Math.Round(draw.LogNormal(18, 0.65)), 1, 500);
        lock (gate)
        {
            if (unsaved.Count < MostUnsaved)
                unsaved.Add(new { c = name, a = LastAward, t = Text(at) });
        }
        return LastAward;
    }

    /// <summary>The last seven days, once after they have been read anew.</summary>
    public bool TakeDays(out List<(string Day, double Openings, double Award)> read)
    {
        lock (gate)
        {
            (read, days) = (days ?? [], null);
            return read.Count > 0;
        }
    }

    public async Task SaveAsync(DateTimeOffset now, CancellationToken stop)
    {
        if (!isSeeded)
            await SeedAsync(now, stop);
        string rows;
        lock (gate)
        {
            rows = JsonSerializer.Serialize(unsaved);
            unsaved.Clear();
        }
        await database.ExecuteAsync("""
            UPDATE transactions SET status = 'completed' WHERE status = 'pending' AND created_at < $settled;
            INSERT INTO case_openings (case_id, currency_awarded, created_at) SELECT value->>'c', value->>'a', value->>'t' FROM json_each($rows);
            INSERT INTO transactions (amount, status, created_at) SELECT value->>'a', 'pending', value->>'t' FROM json_each($rows);
            INSERT INTO case_openings_by_day (day, openings, awarded)
                SELECT substr(value->>'t', 1, 10), count(*), sum(value->>'a') FROM json_each($rows) WHERE true GROUP BY 1
                ON CONFLICT (day) DO UPDATE SET openings = openings + excluded.openings, awarded = awarded + excluded.awarded;
            """, stop, ("$rows", rows), ("$settled", Text(now.AddSeconds(-5))));
        await ReadAsync(now, stop);
    }

    async Task ReadAsync(DateTimeOffset now, CancellationToken stop)
    {
        if (saves++ % 300 == 0)
            await database.ExecuteAsync("DELETE FROM case_openings WHERE created_at < $old; DELETE FROM transactions WHERE created_at < $old AND status = 'completed';", stop, ("$old", Text(now.AddHours(-6))));
        Orphaned = await database.CountAsync("SELECT count(*) FROM transactions WHERE status = 'pending' AND created_at < $hour", stop, ("$hour", Text(now.AddHours(-1))));
        OrphanedRows = Orphaned == 0 ? [] : await database.ReadAsync<object>("SELECT id, amount, created_at FROM transactions WHERE status = 'pending' AND created_at < $hour ORDER BY created_at LIMIT 100",
            row => new { id = row.GetInt64(0), amount = row.GetInt64(1), created_at = row.GetString(2) }, stop, ("$hour", Text(now.AddHours(-1))));
        var read = await database.ReadAsync("SELECT day, openings, CAST(awarded AS REAL) / openings FROM case_openings_by_day WHERE day > $first ORDER BY day",
            row => (row.GetString(0), row.GetDouble(1), row.GetDouble(2)), stop, ("$first", Day(now.AddDays(-7))));
        lock (gate)
            days = read;
    }

    /// <summary>A first start finds a week behind it, so that the weekly figures have something to show.</summary>
    async Task SeedAsync(DateTimeOffset now, CancellationToken stop)
    {
        for (var back = 7; back >= 0; back--)
        {
            var day = now.AddDays(-back);
            var share = back == 0 ? now.UtcDateTime.TimeOfDay.TotalDays : 1;
            var count = (long)(OpeningsPerDay * (1 + (0.12 * rhythm.Noise(day, 86400))) * share) + 1;
            await database.ExecuteAsync("INSERT OR IGNORE INTO case_openings_by_day VALUES ($day, $count, $awarded)", stop,
                ("$day", Day(day)), ("$count", count), ("$awarded", (long)(count * AverageAward * (1 + (0.04 * rhythm.Noise(day, 90000))))));
        }
        isSeeded = true;
    }

    static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
