using System.Globalization;
using System.Runtime.CompilerServices;
using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Logs.Store;
using OpsDashboard.Logs.Store.Database;

namespace OpsDashboard.Logs.Search;

/// <summary>Searches partition by partition from the newest back, as far as the time for it goes.</summary>
sealed class LogQuery(ILogDatabase database, LogCounting counting, LogsOptions options, TimeProvider time) : ILogQuery
{
    const int MaxLimit = 5000, LongestCursor = 20;

    public async Task<LogPage> SearchAsync(Actor actor, LogFilter filter, string? cursor, int limit, CancellationToken stop)
    {
        var before = ReadCursor(cursor);
        using var patience = new SearchTime(options.SearchTimeout, time, stop);
        var reader = await OpenAsync(actor, filter, before, patience.Token);
        var entries = new List<LogEntry>();
        limit = Math.Clamp(limit, 1, MaxLimit);
        try
        {
            while (entries.Count <= limit && await reader.TakeAsync(patience.Token) is { } entry)
                entries.Add(entry);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // What was found stands; the rest can be asked for from where the search has come to.
            var reached = reader.Next;
            return reached < 0 ? new(entries, null) : new([.. entries.Take(limit)], Cursor(entries.Count > limit ? entries[limit - 1].Id : reached + 1), LineId.At(reached));
        }
        return entries.Count <= limit ? new(entries, null) : new([.. entries.Take(limit)], Cursor(entries[limit - 1].Id));
    }

    public async Task<IReadOnlyList<LogEntry>> ChainAsync(Actor actor, string correlationId, CancellationToken stop)
    {
        if (string.IsNullOrWhiteSpace(correlationId) || correlationId.Length > LogLimits.MaxName)
            throw new InvalidInputException("correlationId", $"is a text of at most {LogLimits.MaxName} characters.");
        var reader = await OpenAsync(actor, new() { CorrelationId = correlationId.Trim() }, long.MaxValue, stop);
        var chain = new List<LogEntry>();
        while (chain.Count < ILogQuery.MaxChain && await reader.TakeAsync(stop) is { } entry)
            chain.Add(entry);
        // Ids order by the millisecond; what happened within one is ordered by what the lines say.
        return [.. chain.OrderBy(entry => entry.At).ThenBy(entry => entry.Id)];
    }

    public async Task<LogEntry?> FindAsync(Actor actor, long id, CancellationToken stop)
    {
        var scope = LogScope.Of(actor, []);
        var everything = LineMatch.Of(new());
        foreach (var partition in (await database.PartitionsAsync(stop)).Where(one => scope.Holds(one.System) && one.FirstId <= id && one.LastId >= id))
        {
            if (await database.ReadAsync(partition, new(everything, id, id + 1), 1, stop) is [var entry])
                return entry;
        }
        return null;
    }

    public async Task<LogCounts> CountsAsync(Actor actor, LogFilter filter, int bars, CancellationToken stop)
    {
        var (match, scope) = (LineMatch.Of(filter), LogScope.Of(actor, filter.Systems));
        var span = CountSpan.Of(filter, Math.Clamp(bars, 1, 500), time.GetUtcNow());
        if (match.IsCounted)
            return span.Answer(await counting.ByLevelAsync(scope, filter, span, stop));
        using var patience = new SearchTime(options.SearchTimeout, time, stop);
        var reader = await OpenAsync(actor, filter with { From = span.From, To = filter.To ?? span.To }, long.MaxValue, patience.Token);
        var counts = new Dictionary<(int, LineLevel), long>();
        try
        {
            while (await reader.TakeAsync(patience.Token) is { } entry)
                System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(counts, (span.StepOf(entry.At), entry.Level), out _)++;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return span.Answer(counts) with { CountedFrom = reader.Next < 0 ? null : LineId.At(reader.Next) };
        }
        return span.Answer(counts);
    }

    public async Task<LogPatterns> PatternsAsync(Actor actor, LogFilter filter, DateTimeOffset newSince, int limit, CancellationToken stop)
    {
        var (match, scope) = (LineMatch.Of(filter), LogScope.Of(actor, filter.Systems));
        var span = CountSpan.Of(filter, 1, time.GetUtcNow());
        if (match.IsCounted)
            return await counting.PatternsAsync(scope, filter, span, newSince, Math.Clamp(limit, 1, MaxLimit), null, stop);
        using var patience = new SearchTime(options.SearchTimeout, time, stop);
        var reader = await OpenAsync(actor, filter with { From = span.From, To = filter.To ?? span.To }, long.MaxValue, patience.Token);
        var lines = new Dictionary<long, long>();
        var isComplete = true;
        try
        {
            while (await reader.TakeAsync(patience.Token) is { } entry)
                System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(lines, entry.Pattern, out _)++;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            isComplete = reader.Next < 0;
        }
        var found = await counting.PatternsAsync(scope, filter, span, newSince, Math.Clamp(limit, 1, MaxLimit), lines, stop);
        return found with { IsComplete = found.IsComplete && isComplete };
    }

    public async IAsyncEnumerable<LogEntry> ReadAsync(Actor actor, LogFilter filter, [EnumeratorCancellation] CancellationToken stop)
    {
        var reader = await OpenAsync(actor, filter, long.MaxValue, stop);
        while (await reader.TakeAsync(stop) is { } entry)
            yield return entry;
    }

    public Predicate<LogEntry> Follow(Actor actor, LogFilter filter)
    {
        var (match, scope) = (LineMatch.Of(filter), LogScope.Of(actor, filter.Systems));
        return entry => scope.Holds(entry.SystemId) && match.MatchesWhole(entry);
    }

    public async Task<IReadOnlyList<string>> CategoriesAsync(Actor actor, CancellationToken stop) =>
        [.. (await database.PatternsAsync(LogScope.Of(actor, []).Systems, stop)).Select(pattern => pattern.Category).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase)];

    async Task<MergedReader> OpenAsync(Actor actor, LogFilter filter, long before, CancellationToken stop)
    {
        var (match, scope) = (LineMatch.Of(filter), LogScope.Of(actor, filter.Systems));
        var from = filter.From is { } first ? LineId.From(first) : 0;
        var to = Math.Min(before, filter.To is { } last ? LineId.From(last) : long.MaxValue);
        var partitions = (await database.PartitionsAsync(stop)).Where(one => scope.Holds(one.System) && one.LastId >= from && one.FirstId < to);
        return new(database, partitions, match, from, to);
    }

    static string Cursor(long id) => id.ToString(CultureInfo.InvariantCulture);

    static long ReadCursor(string? cursor) => cursor is null ? long.MaxValue
        : cursor.Length <= LongestCursor && long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id
        : throw new InvalidInputException("cursor", "is not one that this list gave out.");
}
