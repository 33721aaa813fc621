using OpsDashboard.Metrics.Collectors;
using OpsDashboard.Metrics.Collectors.Postgres;
using Xunit;

namespace OpsDashboard.Tests.Metrics.Collectors.Postgres;

public sealed class PostgresPartsTests
{
    [Theory]
    [InlineData("postgres://dnd@db.example.com:6432/dnd_companion", "db.example.com", 6432, "dnd_companion", "dnd")]
    [InlineData("postgresql://db/dnd", "db", 5432, "dnd", "postgres")]
    [InlineData("Host=db;Port=5433;Database=dnd;Username=reader", "db", 5433, "dnd", "reader")]
    [InlineData("10.0.0.5:5433", "10.0.0.5", 5433, "postgres", "postgres")]
    [InlineData("db", "db", 5432, "postgres", "postgres")]
    public void Address_InEveryForm_IsRead(string address, string host, int port, string database, string user)
    {
        var settings = PostgresAddress.Parse(address, null, null);
        Assert.Equal((host, port, database, user), (settings.Host, settings.Port, settings.Database, settings.Username));
    }

    [Theory]
    [InlineData("http://db/dnd")]
    [InlineData("db:99999")]
    [InlineData("Host=db;Colour=blue")]
    [InlineData("postgres://u:p@db/x")]
    [InlineData("Host=db;Password=p")]
    public void Address_Unusable_IsRefused(string address) => Assert.Throws<FormatException>(() => PostgresAddress.Parse(address, null, null));

    [Theory]
    [InlineData("SELECT * FROM t WHERE a = 'x' AND b = 'it''s'", "SELECT * FROM t WHERE a = '…' AND b = '…'")]
    [InlineData("ALTER ROLE r PASSWORD 'cut off", "ALTER ROLE r PASSWORD '…'")]
    [InlineData("SELECT $tag$ secret $tag$, $$other$$, $1", "SELECT '…', '…', $1")]
    [InlineData("SELECT E'it\\'s secret', 'more'", "SELECT E'…'")]
    [InlineData("SELECT 1 -- it's\n, 'secret' /* ' */, 'more'", "SELECT 1 , '…' , '…'")]
    [InlineData("SELECT \"o'clock\",\n  'secret'", "SELECT \"o'clock\", '…'")]
    [InlineData(null, "")]
    public void Statement_Shown_HasNoLiterals(string? statement, string shown) => Assert.Equal(shown, StatementText.Shown(statement));

    [Fact]
    public void Durations_FirstReading_SetsTheBase()
    {
        var durations = new QueryDurations();
        durations.Read([new(1, 1000, 5)]);
        Assert.Equal((0, 0), (durations.Count, durations.Sum));
    }

    [Fact]
    public void Durations_NewCalls_FallIntoTheBucketOfTheirMean()
    {
        var durations = new QueryDurations();
        durations.Read([new(1, 1000, 5)]);
        durations.Read([new(1, 1010, 5.2), new(2, 3, 9)]);

        var buckets = durations.Cumulative().ToDictionary();
        Assert.Equal((13, 9.2), (durations.Count, Math.Round(durations.Sum, 6)));
        Assert.Equal((0, 10, 10, 13, 13), (buckets["0.01"], buckets["0.025"], buckets["2"], buckets["5"], buckets["+Inf"]));
    }

    [Fact]
    public void Durations_StatisticsReset_CountAnew()
    {
        var durations = new QueryDurations();
        durations.Read([new(1, 1000, 5)]);
        durations.Read([new(1, 2, 6)]);
        Assert.Equal((2, 6), (durations.Count, durations.Sum));
    }

    [Fact]
    public void WindowedRatio_OldHits_LeaveTheWindow()
    {
        var ratio = new WindowedRatio(TimeSpan.FromSeconds(10));
        Assert.Null(ratio.Next(0, 1000, 0));
        Assert.Equal(0.5, ratio.Next(5_000, 1005, 5));
        Assert.Equal(0, ratio.Next(15_000, 1005, 10));
        Assert.Null(ratio.Next(60_000, 1005, 10));
    }

    [Fact]
    public void WindowedRatio_CounterFell_BeginsAnew()
    {
        var ratio = new WindowedRatio(TimeSpan.FromSeconds(10));
        ratio.Next(0, 1000, 100);
        Assert.Null(ratio.Next(1_000, 3, 1));
        Assert.Equal(0.75, ratio.Next(2_000, 6, 2));
    }
}
