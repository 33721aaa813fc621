using System.Net.Sockets;
using Npgsql;
using OpsDashboard.Http;

namespace OpsDashboard.Metrics.Collectors.Postgres;

/// <summary>
/// Two probes, then the readings. Readiness and <c>SELECT 1</c> are asked apart: a server that starts up, one that is out of connections and one
/// that hangs look alike to a query. A reading that fails is reported as such and spoils no other.
/// </summary>
public sealed class PostgresCollector(PostgresOptions options, TimeProvider clock, Outbound? outbound = null) : ICollector
{
    const int ReadinessSamples = 5;

    readonly IPostgresReading[] readings =
    [
        new ConnectionReading(), new HitRatioReading(), new SessionReading(), new LockReading(), new ReplicationReading(),
        new SizeReading(options.TopTables), new StatementReading(options.SlowQuery),
    ];
    readonly Dictionary<IPostgresReading, PostgresFigures> details = [];
    readonly Dictionary<IPostgresReading, string> failures = [];
    readonly PostgresSource source = new(options.Password);

    public async ValueTask<CollectOutcome> CollectAsync(CollectContext context, CancellationToken stop)
    {
        PostgresMetadata.Describe(context);
        try
        {
            var settings = PostgresAddress.Parse(context.Target.Address, options.Database, options.User);
            await (outbound ?? new()).DemandAsync(settings.Host ?? "", stop);
            var database = source.Of(settings, context.Target.Timeout);
            var readiness = await AskReadinessAsync(context, settings, stop);
            if (readiness.State == ReadinessState.Accepting)
                return await ReadAsync(context, database, stop);
            context.Add("probe_success", 0, ("check", "SELECT 1"));
            return CollectOutcome.Failed(readiness.Failure, readiness.Reason!, ReadinessSamples + 1);
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
    }

    async Task<Readiness> AskReadinessAsync(CollectContext context, NpgsqlConnectionStringBuilder settings, CancellationToken stop)
    {
        // A server that hangs must be told apart before the run's own time is up.
        using var limit = new CancellationTokenSource(context.Target.Timeout / 2, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, limit.Token);
        var begun = clock.GetTimestamp();
        var readiness = await PostgresReadiness.AskAsync(settings.Host!, settings.Port, settings.Username!, settings.Database!, either.Token);
        context.Add("probe_success", readiness.State == ReadinessState.Accepting ? 1 : 0, ("check", "pg_isready"));
        context.Add("probe_duration_seconds", clock.GetElapsedTime(begun).TotalSeconds, ("check", "pg_isready"));
        foreach (var (state, label) in new[] { (ReadinessState.Accepting, "accepting"), (ReadinessState.Rejecting, "rejecting"), (ReadinessState.NoResponse, "no_response") })
            context.Add("postgres_readiness", readiness.State == state ? 1 : 0, ("state", label));
        return readiness;
    }

    async Task<CollectOutcome> ReadAsync(CollectContext context, NpgsqlDataSource database, CancellationToken stop)
    {
        var added = ReadinessSamples;
        try
        {
            await using var connection = await database.OpenConnectionAsync(stop);
            var server = new PostgresQuery(connection, context.Target.Timeout / 2);
            var begun = clock.GetTimestamp();
            await server.RowAsync($"SELECT {PostgresQuery.Marker} 1", row => row.GetInt32(0), stop);
            context.Add("probe_success", 1, ("check", "SELECT 1"));
            context.Add("probe_duration_seconds", clock.GetElapsedTime(begun).TotalSeconds, ("check", "SELECT 1"));
            added += 2;
            foreach (var reading in readings)
                added += await ReadAsync(reading, server, context, stop);
            KeepReadings(context);
            return CollectOutcome.Ok(added);
        }
        catch (Exception failure) when (failure is NpgsqlException or TimeoutException or OperationCanceledException or SocketException or IOException)
        {
            if (failure is not PostgresException)
                database.Clear();
            context.Add("probe_success", 0, ("check", "SELECT 1"));
            var (kind, reason) = PostgresFailure.Of(failure);
            return CollectOutcome.Failed(kind, reason, added + 1);
        }
    }

    async Task<int> ReadAsync(IPostgresReading reading, PostgresQuery server, CollectContext context, CancellationToken stop)
    {
        var isFresh = details.TryGetValue(reading, out var figures) && context.At - figures.At < options.DetailsEvery.TotalMilliseconds && context.At >= figures.At;
        if (!reading.IsDetail || !isFresh)
        {
            figures = new(context.At);
            try
            {
                await reading.ReadAsync(server, figures, stop);
                failures.Remove(reading);
            }
            catch (PostgresException failure) when (failure.SqlState is not (PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown))
            {
                figures = new(context.At);
                failures[reading] = failure.MessageText;
            }
            details[reading] = figures;
        }
        context.Add("postgres_reading_success", failures.ContainsKey(reading) ? 0 : 1, ("reading", reading.Name));
        return figures!.WriteTo(context) + 1;
    }

    void KeepReadings(CollectContext context) => context.KeepDocument("readings", new CollectedTable("What was read",
        [new("Reading"), new("Result")],
        [.. readings.Select(reading => new object?[] { reading.Name, failures.GetValueOrDefault(reading, "read") })],
        failures.Count == 0 ? null : "some parts could not be read", context.At));

    public ValueTask DisposeAsync() => source.DisposeAsync();
}
