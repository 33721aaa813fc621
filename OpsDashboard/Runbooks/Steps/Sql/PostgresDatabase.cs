using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Net.Sockets;
using Npgsql;
using OpsDashboard.Http;
using OpsDashboard.Metrics.Collectors.Postgres;

namespace OpsDashboard.Runbooks.Steps.Sql;

/// <summary>A PostgreSQL. The mark of a transaction is its id, whose fate the server remembers.</summary>
/// <param name="settings">Without password.</param>
sealed class PostgresDatabase(NpgsqlConnectionStringBuilder settings, SqlStepOptions options, Outbound outbound) : ISqlDatabase
{
    // Longer than anybody may think about it: for a network that breaks without a word, so that no lock stays.
    static readonly TimeSpan LongestIdle = SqlStepExecutor.DecideWithin + TimeSpan.FromSeconds(15);

    public string Place => $"{settings.Username}@{settings.Host}:{settings.Port}/{settings.Database}";

    public async Task<DbConnection> OpenAsync(CancellationToken stop)
    {
        await outbound.DemandAsync(settings.Host ?? "", stop);
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(settings.ConnectionString)
        {
            Password = options.Password.Find(),
            ApplicationName = "opsdashboard-runbook",
            Pooling = false,
            Timeout = 5,
            CommandTimeout = (int)Math.Ceiling(options.StatementTimeout.TotalSeconds) + 5,
            CancellationTimeout = -1,
            IncludeErrorDetail = false,
        }.ConnectionString);
        await connection.OpenAsync(stop);
        return connection;
    }

    public async Task<DbTransaction> BeginAsync(DbConnection connection, CancellationToken stop)
    {
        var transaction = await connection.BeginTransactionAsync(options.IsWrite ? IsolationLevel.ReadCommitted : IsolationLevel.RepeatableRead, stop);
        var milliseconds = (TimeSpan time) => ((long)time.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        await using var command = new NpgsqlCommand("""
            SELECT set_config('lock_timeout', @lock, true), set_config('statement_timeout', @statement, true), set_config('transaction_read_only', @readonly, true),
                   set_config('idle_in_transaction_session_timeout', @idle, true)
            """, (NpgsqlConnection)connection);
        command.Parameters.AddWithValue("lock", milliseconds(options.LockTimeout));
        command.Parameters.AddWithValue("statement", milliseconds(options.StatementTimeout));
        command.Parameters.AddWithValue("readonly", options.IsWrite ? "off" : "on");
        command.Parameters.AddWithValue("idle", milliseconds(LongestIdle));
        await command.ExecuteNonQueryAsync(stop);
        return transaction;
    }

    public void Add(DbCommand command, string name, string value) =>
        command.Parameters.Add(new NpgsqlParameter { ParameterName = name, Value = value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Unknown });

    public long Affected(DbConnection connection, DbDataReader closed) => Math.Max(0, closed.RecordsAffected);

    public Task<string> MarkAsync(DbConnection connection, CancellationToken stop) => ScalarAsync(connection, "SELECT txid_current()", stop);

    public async Task<bool> IsOpenAsync(DbConnection connection, string mark, CancellationToken stop) => await MarkAsync(connection, stop) == mark;

    public async Task<StepEffect> FateAsync(string mark, CancellationToken stop)
    {
        if (!long.TryParse(mark, CultureInfo.InvariantCulture, out var id))
            return StepEffect.Unknown;
        await using var connection = await OpenAsync(stop);
        return await ScalarAsync(connection, string.Create(CultureInfo.InvariantCulture, $"SELECT txid_status({id})"), stop) switch
        {
            "committed" => StepEffect.Applied,
            "aborted" => StepEffect.None,
            _ => StepEffect.Unknown,
        };
    }

    public SqlFault? Explain(Exception fault) => fault is NpgsqlException or SocketException or TimeoutException or IOException or InvalidOperationException { Source: "Npgsql" }
        ? new(PostgresFailure.Of(fault).Reason, fault is NpgsqlException { IsTransient: true }) : null;

    static async Task<string> ScalarAsync(DbConnection connection, string sql, CancellationToken stop)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToString(await command.ExecuteScalarAsync(stop), CultureInfo.InvariantCulture) ?? "";
    }
}
