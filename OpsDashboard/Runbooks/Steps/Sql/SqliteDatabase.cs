using System.Data.Common;
using Microsoft.Data.Sqlite;
using OpsDashboard.Metrics.Collectors;
using SQLitePCL;

namespace OpsDashboard.Runbooks.Steps.Sql;

/// <summary>An SQLite file. It remembers no transaction: what was not yet being committed is taken back by whoever opens the file next, of the rest nobody knows.</summary>
sealed class SqliteDatabase(string file, SqlStepOptions options, TimeProvider clock) : ISqlDatabase
{
    public const string Prefix = "sqlite:";

    const int InstructionsBetweenLooks = 10_000;

    long begunAt;

    public string Place => file;

    public async Task<DbConnection> OpenAsync(CancellationToken stop)
    {
        if (ClosedPlaces.RejectFile(file) is { } refusal)
            throw new FormatException(refusal);
        if (!File.Exists(file))
            throw new FormatException($"There is no file {file}.");
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = file,
            Mode = options.IsWrite ? SqliteOpenMode.ReadWrite : SqliteOpenMode.ReadOnly,
            Pooling = false,
            // How long it waits for a lock; whole seconds.
            DefaultTimeout = Math.Max(1, (int)Math.Ceiling(options.LockTimeout.TotalSeconds)),
        }.ConnectionString);
        await connection.OpenAsync(stop);
        // A statement could otherwise reach every other file with ATTACH.
        raw.sqlite3_limit(connection.Handle, raw.SQLITE_LIMIT_ATTACHED, 0);
        raw.sqlite3_progress_handler(connection.Handle, InstructionsBetweenLooks, _ => stop.IsCancellationRequested || clock.GetElapsedTime(begunAt) > options.StatementTimeout ? 1 : 0, null);
        return connection;
    }

    public Task<DbTransaction> BeginAsync(DbConnection connection, CancellationToken stop)
    {
        begunAt = clock.GetTimestamp();
        return Task.FromResult<DbTransaction>(((SqliteConnection)connection).BeginTransaction(deferred: !options.IsWrite));
    }

    public void Add(DbCommand command, string name, string value) => command.Parameters.Add(new SqliteParameter($"@{name}", Value(value)));

    public long Affected(DbConnection connection, DbDataReader closed) => raw.sqlite3_changes(((SqliteConnection)connection).Handle);

    public Task<string> MarkAsync(DbConnection connection, CancellationToken stop) => Task.FromResult("open");

    public Task<bool> IsOpenAsync(DbConnection connection, string mark, CancellationToken stop)
    {
        // What follows is a person's time, not the statement's.
        begunAt = clock.GetTimestamp();
        return Task.FromResult(raw.sqlite3_get_autocommit(((SqliteConnection)connection).Handle) == 0);
    }

    public Task<StepEffect> FateAsync(string mark, CancellationToken stop) => Task.FromResult(StepEffect.Unknown);

    public SqlFault? Explain(Exception fault) => fault switch
    {
        SqliteException { SqliteErrorCode: raw.SQLITE_INTERRUPT } => new("The statement took too long and was cancelled.", false),
        SqliteException { SqliteErrorCode: raw.SQLITE_BUSY or raw.SQLITE_LOCKED } => new("The database is locked by somebody else.", true),
        SqliteException other => new($"The database says: {other.Message}", false),
        IOException broken => new(broken.Message, false),
        _ => null,
    };

    // Its columns may have no type: a number that came as text would equal no number.
    static object Value(string text) => long.TryParse(text, System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out var number) && number.ToString(System.Globalization.CultureInfo.InvariantCulture) == text ? number : text;
}
