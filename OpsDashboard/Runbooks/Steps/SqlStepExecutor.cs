using System.Data;
using System.Globalization;
using System.Net.Sockets;
using Npgsql;
using OpsDashboard.Catalogue;
using OpsDashboard.Http;
using OpsDashboard.Metrics.Collectors;
using OpsDashboard.Metrics.Collectors.Postgres;
using OpsDashboard.Runbooks.Expressions;
using OpsDashboard.Runbooks.Reading;

namespace OpsDashboard.Runbooks.Steps;

/// <param name="IsWrite">A write is committed only if it touched at most <paramref name="MaxRows"/> rows.</param>
/// <param name="Values">Parameters of the statement, by name; they never become part of its text.</param>
public sealed record SqlStepOptions(string Connection, SecretSource Password, string Statement, bool IsWrite, IReadOnlyDictionary<string, Template> Values, int MaxRows, TimeSpan LockTimeout, TimeSpan StatementTimeout);

/// <summary>
/// One statement in one transaction of a PostgreSQL. <c>query</c> runs in a read-only transaction; <c>statement</c> declares how many rows it may touch
/// and is rolled back if it touched more. Values are parameters of the statement.
/// <code>{ name: orphans, kind: sql, connection: "${cg_postgres}", password_env: CG_PW, query: "SELECT count(*) AS n FROM t WHERE status = @status", values: { status: "${parameters.status}" } }</code>
/// Outputs: <c>rows</c>, and the columns of the first row; of a statement <c>affected</c>.
/// </summary>
public sealed class SqlStepExecutor(Outbound outbound) : IStepExecutor, IStepKind
{
    const int MostRows = 10_000, ShownRows = 200;

    public string Kind => "sql";

    public object Read(StepYaml step)
    {
        var map = step.Map;
        var (query, statement) = (map.Text("query"), map.Text("statement"));
        if (query is null == (statement is null))
            map.Report(query is null ? "query" : "statement", "A step is either a `query` or a `statement`.", "Keep `query:` for reading or `statement:` for writing.");
        var text = (query ?? statement ?? "").TrimEnd(';', ' ', '\n');
        if (text.Contains("${", StringComparison.Ordinal))
            map.Report(query is null ? "statement" : "query", "A value in the text of a statement would be run as code.", "Write `@name`, and `values: { name: \"${parameters.name}\" }`.");
        var most = map.Integer("max_rows");
        if (statement is not null && most is null)
            map.Report("max_rows", "A statement declares how many rows it may touch.", "Write for example `max_rows: 5`.");
        if (most is < 0 or > MostRows)
            map.Report("max_rows", $"`max_rows: {most}` is out of range.", $"Write a number up to {MostRows}.");
        return new SqlStepOptions(map.Text("connection") ?? "", SecretSource.Read(map), text, statement is not null, step.TemplateMap("values"), Math.Clamp(most ?? ShownRows, 0, MostRows),
            Duration(map, "lock_timeout", TimeSpan.FromSeconds(5)), Duration(map, "statement_timeout", TimeSpan.FromSeconds(30)));
    }

    public StepPlan Plan(StepSpec step, StepInputs inputs)
    {
        var options = (SqlStepOptions)step.Options;
        var (target, problem) = Where(options);
        return new([options.Statement, .. options.Values.Select(value => $"@{value.Key} = {value.Value.Fill(inputs)}"), .. options.IsWrite ? new[] { $"at most {options.MaxRows} rows" } : []], target, options.IsWrite ? step.Risk : RiskClass.Read)
        {
            Problem = problem,
        };
    }

    public async Task<StepOutcome> ExecuteAsync(StepContext context, CancellationToken stop)
    {
        var options = context.Options<SqlStepOptions>();
        var isCommitting = false;
        try
        {
            await using var source = await SourceAsync(options, stop);
            await using var connection = await source.OpenConnectionAsync(stop);
            await using var transaction = await connection.BeginTransactionAsync(options.IsWrite ? IsolationLevel.ReadCommitted : IsolationLevel.RepeatableRead, stop);
            await SetAsync(connection, options, stop);
            await using var command = new NpgsqlCommand(options.Statement, connection);
            foreach (var (name, value) in options.Values)
                command.Parameters.Add(new() { ParameterName = name, Value = value.Fill(context.Inputs), NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Unknown });
            var (outputs, affected) = await RowsAsync(command, options, context.Output, stop);
            if (!options.IsWrite)
                return new StepOutcome.Done(outputs, $"{outputs["rows"]} rows.");
            if (affected > options.MaxRows)
                return new StepOutcome.Failed($"It touched {affected} rows, more than the {options.MaxRows} that are allowed; it was rolled back.", false, StepEffect.None);
            isCommitting = true;
            await transaction.CommitAsync(stop);
            return new StepOutcome.Done(new Dictionary<string, string>(outputs) { ["affected"] = $"{affected}" }, $"{affected} rows were changed.");
        }
        catch (Exception failure) when (failure is NpgsqlException or SocketException or TimeoutException or IOException)
        {
            // What was not committed is rolled back; whether a commit got through that was not answered nobody knows.
            return new StepOutcome.Failed(PostgresFailure.Of(failure).Reason, failure is NpgsqlException { IsTransient: true } && !isCommitting, isCommitting ? StepEffect.Unknown : StepEffect.None);
        }
        catch (Exception refused) when (refused is FormatException or SecretMissingException or OutboundClosedException)
        {
            return new StepOutcome.Failed(refused.Message, false, StepEffect.None);
        }
    }

    public Task<StepEffect> CheckAsync(StepContext context, CancellationToken stop) => Task.FromResult(context.Options<SqlStepOptions>().IsWrite ? StepEffect.Unknown : StepEffect.None);

    static TimeSpan Duration(YamlMap map, string key, TimeSpan usual)
    {
        var length = map.Duration(key) ?? usual;
        if (length > TimeSpan.Zero && length <= TimeSpan.FromHours(1))
            return length;
        map.Report(key, $"`{key}` is more than nothing and at most 1h.", $"Write for example `{key}: 5s`.");
        return usual;
    }

    static (string Target, string? Problem) Where(SqlStepOptions options)
    {
        if (options.Connection.Length == 0)
            return ("", "There is no database address in this environment.");
        try
        {
            var settings = PostgresAddress.Parse(options.Connection, null, null);
            return ($"{settings.Username}@{settings.Host}:{settings.Port}/{settings.Database}", null);
        }
        catch (FormatException wrong)
        {
            return ("", wrong.Message);
        }
    }

    async Task<NpgsqlDataSource> SourceAsync(SqlStepOptions options, CancellationToken stop)
    {
        var settings = PostgresAddress.Parse(options.Connection, null, null);
        await outbound.DemandAsync(settings.Host ?? "", stop);
        settings.Password = options.Password.Find();
        settings.ApplicationName = "opsdashboard-runbook";
        settings.Pooling = false;
        settings.Timeout = 5;
        settings.CommandTimeout = (int)Math.Ceiling(options.StatementTimeout.TotalSeconds) + 5;
        settings.CancellationTimeout = -1;
        settings.IncludeErrorDetail = false;
        return NpgsqlDataSource.Create(settings);
    }

    static async Task SetAsync(NpgsqlConnection connection, SqlStepOptions options, CancellationToken stop)
    {
        var milliseconds = (TimeSpan time) => ((long)time.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        await using var command = new NpgsqlCommand("SELECT set_config('lock_timeout', @lock, true), set_config('statement_timeout', @statement, true), set_config('transaction_read_only', @readonly, true)", connection);
        command.Parameters.AddWithValue("lock", milliseconds(options.LockTimeout));
        command.Parameters.AddWithValue("statement", milliseconds(options.StatementTimeout));
        command.Parameters.AddWithValue("readonly", options.IsWrite ? "off" : "on");
        await command.ExecuteNonQueryAsync(stop);
    }

    static async Task<(IReadOnlyDictionary<string, string> Outputs, long Affected)> RowsAsync(NpgsqlCommand command, SqlStepOptions options, IStepOutput output, CancellationToken stop)
    {
        var outputs = new Dictionary<string, string>();
        var rows = 0;
        await using var reader = await command.ExecuteReaderAsync(stop);
        if (reader.FieldCount > 0)
            output.Write(string.Join(" | ", Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)));
        while (rows < MostRows && await reader.ReadAsync(stop))
        {
            var cells = Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "" : Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture) ?? "").ToArray();
            if (rows == 0)
            {
                for (var i = 0; i < cells.Length; i++)
                    outputs[reader.GetName(i)] = cells[i].Length > 1000 ? cells[i][..1000] : cells[i];
            }
            if (rows++ < ShownRows)
                output.Write(string.Join(" | ", cells));
        }
        await reader.CloseAsync();
        outputs["rows"] = $"{rows}";
        return (outputs, Math.Max(0, reader.RecordsAffected));
    }
}
