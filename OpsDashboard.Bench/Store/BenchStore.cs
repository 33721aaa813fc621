using OpsDashboard.Metrics;
using OpsDashboard.Metrics.Store;
using OpsDashboard.Metrics.Store.Database;

namespace OpsDashboard.Bench.Store;

/// <summary>A store over a SQLite file in a folder of its own.</summary>
sealed class BenchStore : IAsyncDisposable
{
    readonly SqliteSampleDatabase database;
    readonly string? temporary;

    BenchStore(string folder, TimeProvider time, bool keep)
    {
        temporary = keep ? null : folder;
        File = Path.Combine(folder, "samples.db");
        database = new(File);
        Store = new(new(), database, new(time), time);
    }

    public SampleStore Store { get; }

    public string File { get; }

    public static async Task<BenchStore> OpenAsync(TimeProvider? time = null, string? folder = null)
    {
        var store = new BenchStore(folder ?? Directory.CreateTempSubdirectory("ops-bench-").FullName, time ?? TimeProvider.System, folder is not null);
        await store.Store.OpenAsync(default);
        return store;
    }

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        if (temporary is not null)
            Directory.Delete(temporary, recursive: true);
    }
}

/// <summary>A clock that the bench sets.</summary>
sealed class SetTime(DateTimeOffset start) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = start;

    public override DateTimeOffset GetUtcNow() => Now;
}

/// <summary>What real exporters report, made from a seed.</summary>
static class RealisticSeries
{
    /// <summary>A kind of series: makes a generator whose every call is the next second's value.</summary>
    public static readonly (string Name, bool Regular, Func<Random, Func<double>> Make)[] Kinds =
    [
        ("counter, 2 requests a second", true, random => Counter(random, () => Poisson(random, 2))),
        ("counter, 50 requests a second", true, random => Counter(random, () => Poisson(random, 50))),
        ("counter, idle", true, random => Counter(random, () => random.Next(100) == 0 ? 1 : 0)),
        ("counter of bytes, 1 MB/s in packets", true, random => Counter(random, () => Poisson(random, 700) * 1500)),
        ("histogram bucket, 10 a second", true, random => Counter(random, () => Poisson(random, 10))),
        ("gauge, constant", true, _ => () => 1),
        ("gauge, connections", true, random => Walk(random, 40, 1, 1)),
        ("gauge, memory in pages of 4 KB", true, random => Walk(random, 50_000, 30, 4096)),
        ("gauge, temperature with 1 decimal", true, random => Decimal(Walk(random, 500, 3, 1), 10)),
        ("gauge, ratio with 3 decimals", true, random => Decimal(Walk(random, 300, 8, 1), 1000)),
        ("counter of seconds, float sum", false, random => Counter(random, () => random.NextDouble() * 0.01)),
        ("gauge, ratio of two counts", false, random => () => random.Next(900, 1000) / (double)random.Next(1000, 1100)),
    ];

    static Func<double> Counter(Random random, Func<double> next)
    {
        double total = random.Next(1_000_000);
        return () => total += next();
    }

    static Func<double> Walk(Random random, int start, int step, int unit)
    {
        var value = start;
        return () => (value = Math.Max(0, value + random.Next(-step, step + 1))) * (double)unit;
    }

    static Func<double> Decimal(Func<double> whole, double power) => () => whole() / power;

    static double Poisson(Random random, double mean)
    {
        if (mean > 30)
            return Math.Max(0, Math.Round(mean + (Math.Sqrt(mean) * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))));
        var (limit, product, count) = (Math.Exp(-mean), random.NextDouble(), 0);
        for (; product > limit; count++)
            product *= random.NextDouble();
        return count;
    }
}
