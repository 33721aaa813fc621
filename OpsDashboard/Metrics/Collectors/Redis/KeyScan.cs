using StackExchange.Redis;

namespace OpsDashboard.Metrics.Collectors.Redis;

/// <summary>
/// Counts the keys of a pattern with SCAN, a part a run, and remembers the cursor between runs: KEYS would stop the server for everybody.
/// SCAN may name a key twice while the table is resized, so a count is approximate while keys come and go. Not thread-safe.
/// </summary>
public sealed class KeyScan(string pattern)
{
    const int PageSize = 500;

    string cursor = "0";
    double passed;
    double? whole;

    public string Pattern => pattern;

    /// <summary>The count of the last whole pass, or so far while the first is under way.</summary>
    public double Count => whole ?? passed;

    /// <summary>False while <see cref="Count"/> is a lower bound.</summary>
    public bool IsComplete => whole is not null;

    /// <summary>Goes on until the pass is through or the time is up; at least one page.</summary>
    public async Task ContinueAsync(Func<string, object[], Task<RedisResult>> execute, Func<bool> isTimeUp)
    {
        do
        {
            var (next, keys) = await PageAsync(execute, pattern, cursor);
            passed += keys.Length;
            cursor = next;
        }
        while (cursor != "0" && !isTimeUp());
        if (cursor != "0")
            return;
        (whole, passed) = (passed, 0);
    }

    /// <summary>Forgets a pass that a lost connection cut off: its cursor means nothing to another server.</summary>
    public void Restart() => (cursor, passed) = ("0", 0);

    /// <summary>Some keys of a pattern, at most as many as wanted, looking no longer than allowed.</summary>
    public static async Task<List<string>> SomeAsync(Func<string, object[], Task<RedisResult>> execute, string pattern, int wanted, Func<bool> isTimeUp)
    {
        var found = new List<string>();
        var cursor = "0";
        do
        {
            (cursor, var keys) = await PageAsync(execute, pattern, cursor);
            found.AddRange(keys.Except(found).Take(wanted - found.Count));
        }
        while (cursor != "0" && found.Count < wanted && !isTimeUp());
        return found;
    }

    static async Task<(string Cursor, string[] Keys)> PageAsync(Func<string, object[], Task<RedisResult>> execute, string pattern, string cursor)
    {
        var page = (RedisResult[])await execute("SCAN", [cursor, "MATCH", pattern, "COUNT", PageSize]);
        return ((string)page[0], (string[])page[1]);
    }
}
