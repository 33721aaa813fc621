using System.Net.Sockets;
using Microsoft.Data.Sqlite;
using Npgsql;
using OpsDashboard.Http;
using OpsDashboard.Metrics.Collectors.Postgres;
using SQLitePCL;

namespace OpsDashboard.Metrics.Collectors.Sql;

/// <summary>Runs the query, maps columns to values and labels, and keeps the rows for the page where the target gives them a title.</summary>
public sealed class SqlCollector(SqlOptions options, TimeProvider clock, Outbound? outbound = null) : ICollector
{
    const string SqlitePrefix = "sqlite:";

    PostgresSource? source;

    public async ValueTask<CollectOutcome> CollectAsync(CollectContext context, CancellationToken stop)
    {
        foreach (var metric in options.Metrics)
            context.Describe(metric.Name, metric.Kind, metric.Help);
        context.Describe("sql_rows", MetricKind.Gauge, "Rows that the query yielded.");
        try
        {
            var rows = await ReadAsync(context, stop);
            var samples = Map(rows).ToArray();
            foreach (var (metric, value, labels) in samples)
                context.Add(metric, value, labels);
            context.Add("sql_rows", rows.Rows.Count);
            if (options.Table is { } title)
                context.KeepDocument(title, new CollectedTable(title, [.. rows.Columns.Select(column => new TableColumn(column))], rows.Rows, rows.Rows.Count == 0 ? "no rows" : null, context.At));
            return CollectOutcome.Ok(samples.Length + 1);
        }
        catch (SqlRowsException failure)
        {
            return CollectOutcome.Failed(failure.Failure, failure.Message);
        }
        catch (FormatException failure)
        {
            return CollectOutcome.Failed(CollectFailure.Malformed, failure.Message);
        }
        catch (OutboundClosedException closed)
        {
            return CollectOutcome.Failed(CollectFailure.Refused, closed.Message);
        }
        catch (SecretMissingException failure)
        {
            return CollectOutcome.Failed(CollectFailure.AuthenticationFailed, failure.Message);
        }
        catch (SqliteException failure)
        {
            return failure.SqliteErrorCode == raw.SQLITE_INTERRUPT
                ? CollectOutcome.Failed(CollectFailure.TimedOut, "The query took too long and was cut off.")
                : CollectOutcome.Failed(CollectFailure.Other, $"The database says: {failure.Message}");
        }
        catch (Exception failure) when (failure is NpgsqlException or TimeoutException or OperationCanceledException or SocketException or IOException)
        {
            var (kind, reason) = PostgresFailure.Of(failure);
            return CollectOutcome.Failed(kind, reason);
        }
    }

    Task<SqlRows> ReadAsync(CollectContext context, CancellationToken stop)
    {
        var address = context.Target.Address;
        return address.StartsWith(SqlitePrefix, StringComparison.Ordinal)
            ? SqliteRows.ReadAsync(address[SqlitePrefix.Length..], options.Query, options.MaxRows, context.Target.Timeout * 0.8, clock, stop)
            : ReadPostgresAsync(context, stop);
    }

    async Task<SqlRows> ReadPostgresAsync(CollectContext context, CancellationToken stop)
    {
        source ??= new(options.Password);
        var settings = PostgresAddress.Parse(context.Target.Address, options.Database, options.User);
        await (outbound ?? new()).DemandAsync(settings.Host ?? "", stop);
        await using var connection = await source.Of(settings, context.Target.Timeout).OpenConnectionAsync(stop);
        return await new PostgresQuery(connection, context.Target.Timeout * 0.8).ReadAsync(options.Query, reader => SqlRows.ReadAsync(reader, options.MaxRows, stop), stop);
    }

    IEnumerable<(string Metric, double Value, (string, string)[] Labels)> Map(SqlRows rows)
    {
        var seen = new HashSet<string>();
        foreach (var metric in options.Metrics)
        {
            var value = rows.Column(metric.ValueColumn);
            var labels = metric.LabelColumns.Select(label => (Name: label, Column: rows.Column(label))).ToArray();
            foreach (var row in rows.Rows)
            {
                if (SqlRows.Number(row[value]) is not { } number)
                    continue;
                var pairs = labels.Select(label => (label.Name, SqlRows.Text(row[label.Column]))).ToArray();
                if (!seen.Add($"{metric.Name}\0{string.Join('\0', pairs.Select(pair => pair.Item2))}"))
                    throw new SqlRowsException($"Two rows give {metric.Name} with the same labels.", CollectFailure.Malformed);
                yield return (metric.Name, number, pairs);
            }
        }
    }

    public ValueTask DisposeAsync() => source?.DisposeAsync() ?? ValueTask.CompletedTask;
}
