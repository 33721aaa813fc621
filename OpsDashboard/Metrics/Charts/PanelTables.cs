using System.Collections.Concurrent;
using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Metrics.PromQl;

namespace OpsDashboard.Metrics.Charts;

/// <summary>Reads the panels that are no lines: tables, bars and hours of the day. Thread-safe; authorizes; viewers with the same grants share an answer.</summary>
public sealed class PanelTables(IPromQl promQl, TimeProvider clock)
{
    const long Minute = 60_000, Hour = 3_600_000;
    const int Days = 7, MostRows = 100, Remembered = 500;
    static readonly TimeSpan TableAge = TimeSpan.FromSeconds(4), HoursAge = TimeSpan.FromMinutes(1);

    readonly ConcurrentDictionary<string, (DateTimeOffset At, object Answer)> remembered = [];

    /// <exception cref="AccessDeniedException">The actor may read no metrics at all.</exception>
    public ValueTask<PanelTable> ReadAsync(Panel panel, Actor actor, CancellationToken stop) =>
        SharedAsync(panel, actor, TableAge, granted => TableAsync(panel, granted, stop));

    /// <exception cref="AccessDeniedException">The actor may read no metrics at all.</exception>
    public ValueTask<PanelHours> ReadHoursAsync(Panel panel, Actor actor, CancellationToken stop) =>
        SharedAsync(panel, actor, HoursAge, granted => HoursAsync(panel, granted, stop));

    async ValueTask<T> SharedAsync<T>(Panel panel, Actor actor, TimeSpan age, Func<IPromQl, ValueTask<T>> read) where T : class
    {
        var granted = promQl.For(actor);
        var key = string.Join('\0', [GrantText.Write(actor.Grants), panel.Row, .. panel.Queries.Select(query => query.Expression)]);
        var now = clock.GetUtcNow();
        if (remembered.TryGetValue(key, out var known) && known.Answer is T answer && now - known.At < age)
            return answer;
        if (remembered.Count >= Remembered)
            remembered.Clear();
        answer = await read(granted);
        remembered[key] = (now, answer);
        return answer;
    }

    async ValueTask<PanelTable> TableAsync(Panel panel, IPromQl granted, CancellationToken stop)
    {
        PanelColumn[] columns = [.. panel.Queries.Select(query => new PanelColumn(query.Legend ?? panel.Title, query.Unit ?? panel.Unit))];
        try
        {
            var rows = new Dictionary<string, double?[]>();
            var at = clock.GetUtcNow().ToUnixTimeMilliseconds();
            for (var column = 0; column < columns.Length; column++)
            {
                foreach (var series in (await granted.Parse(panel.Queries[column].Expression).InstantAsync(at, new(Step: Minute), stop)).Series)
                    RowOf(rows, NameOf(panel, series.Labels), columns.Length)[column] = double.IsFinite(series.Samples[0].Value) ? series.Samples[0].Value : null;
            }
            return new(columns, [.. rows.OrderBy(row => row.Key, StringComparer.Ordinal).Take(MostRows).Select(row => new PanelRow(row.Key, row.Value))]);
        }
        catch (Exception fault) when (fault is PromQlException or QueryLimitException)
        {
            return new(columns, [], fault.Message);
        }
    }

    async ValueTask<PanelHours> HoursAsync(Panel panel, IPromQl granted, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        var first = DateOnly.FromDateTime(now.UtcDateTime).AddDays(1 - Days);
        var values = Enumerable.Range(0, Days).Select(_ => new double?[PanelHours.Hours]).ToArray();
        var start = new DateTimeOffset(first.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).ToUnixTimeMilliseconds();
        DateOnly[] days = [.. Enumerable.Range(0, Days).Select(first.AddDays)];
        try
        {
            // What an expression says at the end of an hour is the hour's; the hour that runs is read as of now.
            var query = granted.Parse(panel.Queries[0].Expression);
            var end = now.ToUnixTimeMilliseconds();
            foreach (var sample in (await query.RangeAsync(start + Hour, end, Hour, new(Step: Hour), stop)).Series.Take(1).SelectMany(series => series.Samples))
                Put(values, (sample.At - Hour - start) / Hour, sample.Value);
            foreach (var series in (await query.InstantAsync(end, new(), stop)).Series.Take(1))
                Put(values, (end - start) / Hour, series.Samples[0].Value);
            return new(days, values);
        }
        catch (Exception fault) when (fault is PromQlException or QueryLimitException)
        {
            return new(days, values, fault.Message);
        }
    }

    static void Put(double?[][] values, long hour, double value)
    {
        if (hour >= 0 && hour < values.Length * PanelHours.Hours && double.IsFinite(value))
            values[hour / PanelHours.Hours][hour % PanelHours.Hours] = value;
    }

    static double?[] RowOf(Dictionary<string, double?[]> rows, string name, int columns) =>
        rows.TryGetValue(name, out var row) ? row : rows[name] = new double?[columns];

    static string NameOf(Panel panel, Labels labels) => panel.Row is { } row && labels[row] is { Length: > 0 } name ? name : panel.Row is null ? labels.ToString() : "–";
}
