using System.Data.Common;
using System.Globalization;
using OpsDashboard.Http;
using OpsDashboard.Metrics.Collectors;
using OpsDashboard.Metrics.Collectors.Postgres;
using OpsDashboard.Runbooks.Expressions;
using OpsDashboard.Runbooks.Reading;

namespace OpsDashboard.Runbooks.Steps.Sql;

/// <summary>
/// One statement in one transaction of a PostgreSQL, or of an SQLite file (<c>connection: sqlite:/path</c>). <c>query</c> runs in a read-only transaction.
/// <c>statement</c> declares how many rows it may touch and is rolled back if it touched more; else it shows what it touched (the rows that it gives back
/// with RETURNING, and their number) and waits for a person's Commit: without one it is rolled back after a minute. <c>commit: auto</c> asks nobody.
/// Values are parameters of the statement.
/// <code>{ name: close, kind: sql, connection: "${cg_postgres}", password_env: CG_PW, statement: "UPDATE t SET open = false WHERE id = @id RETURNING id, open", values: { id: "${parameters.id}" }, max_rows: 1 }</code>
/// Outputs: <c>rows</c>, and the columns of the first row; of a statement <c>affected</c> and <c>by</c>, who committed it.
/// </summary>
public sealed class SqlStepExecutor(Outbound outbound, TimeProvider clock) : IStepExecutor, IStepKind
{
    /// <summary>How long a transaction stays open for a person.</summary>
    public static readonly TimeSpan DecideWithin = TimeSpan.FromSeconds(60);

    /// <summary>Before the mark of a transaction whose commit has not begun.</summary>
    const string Open = "open ", Committing = "committing ";

    public string Kind => "sql";

    public object Read(StepYaml step) => SqlStepOptions.Read(step);

    public StepPlan Plan(StepSpec step, StepInputs inputs)
    {
        var options = (SqlStepOptions)step.Options;
        var (target, problem) = Where(options);
        string[] limits = options.IsWrite ? [$"at most {options.MaxRows} rows", options.IsAsking ? "a person commits, or it is rolled back after 60s" : "commits by itself"] : [];
        return new([options.Statement, .. options.Values.Select(value => $"@{value.Key} = {value.Value.Fill(inputs)}"), .. limits], target, options.IsWrite ? step.Risk : RiskClass.Read)
        {
            Problem = problem,
        };
    }

    public async Task<StepOutcome> ExecuteAsync(StepContext context, CancellationToken stop)
    {
        var options = context.Options<SqlStepOptions>();
        try
        {
            var database = Database(options);
            return await new SqlWork(database, options, context, clock).RunAsync(stop);
        }
        catch (Exception refused) when (refused is FormatException or SecretMissingException or OutboundClosedException)
        {
            return new StepOutcome.Failed(refused.Message, false, StepEffect.None);
        }
    }

    /// <summary>Before its commit began nothing can have been committed; after that the database is asked.</summary>
    public async Task<StepEffect> CheckAsync(StepContext context, CancellationToken stop)
    {
        var options = context.Options<SqlStepOptions>();
        if (!options.IsWrite || context.Handle?.StartsWith(Open, StringComparison.Ordinal) == true)
            return StepEffect.None;
        if (context.Handle?.StartsWith(Committing, StringComparison.Ordinal) != true)
            return StepEffect.Unknown;
        try
        {
            return await Database(options).FateAsync(context.Handle[Committing.Length..], stop);
        }
        catch (Exception away) when (away is DbException or FormatException or SecretMissingException or OutboundClosedException or System.Net.Sockets.SocketException or TimeoutException)
        {
            return StepEffect.Unknown;
        }
    }

    internal static string Opened(string mark) => Open + mark;

    internal static string CommitBegan(string mark) => Committing + mark;

    ISqlDatabase Database(SqlStepOptions options) => options.Connection.StartsWith(SqliteDatabase.Prefix, StringComparison.Ordinal)
        ? new SqliteDatabase(options.Connection[SqliteDatabase.Prefix.Length..], options, clock)
        : new PostgresDatabase(PostgresAddress.Parse(options.Connection, null, null), options, outbound);

    (string Target, string? Problem) Where(SqlStepOptions options)
    {
        if (options.Connection.Length == 0)
            return ("", "There is no database address in this environment.");
        try
        {
            return (Database(options).Place, null);
        }
        catch (FormatException wrong)
        {
            return ("", wrong.Message);
        }
    }
}
