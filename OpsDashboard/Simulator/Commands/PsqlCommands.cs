using OpsDashboard.Simulator.Faults;

namespace OpsDashboard.Simulator.Commands;

/// <summary>
/// <c>psql … -c &lt;statement&gt;</c>: answers what the guides ask, from the state of the simulated system. It is no database: a statement that it does not
/// know is refused. Where Simulator:Postgres names a real one, steps of the kind sql ask that.
/// </summary>
static class PsqlCommands
{
    const int CannotConnect = 2;

    static readonly (string Named, Func<SimulatedCommand, IEnumerable<string>> Answer)[] Known =
    [
        ("pg_blocking_pids", Locks),
        ("pg_stat_statements", Statements),
        ("pg_stat_user_indexes", _ => ["relname | indexrelname | idx_scan", "case_openings | case_openings_created_at | 918233", "transactions | transactions_pending | 44120", "users | users_legacy_name | 0", "(3 rows)"]),
        ("pg_total_relation_size", _ => ["table | size", "audit_log | 3480 MB", "sessions | 940 MB", "characters | 610 MB", "(3 rows)"]),
        ("pg_stat_activity", Activity),
        ("pg_stat_replication", _ => ["client_addr | state | replay_lag", "10.0.0.11 | streaming | 00:00:00.12", "10.0.0.12 | streaming | 00:00:00.15", "(2 rows)"]),
        ("max_connections", command => [" max_connections", "-----------------", $" {command.System.Store.MaxConnections}", "(1 row)"]),
        ("ALTER SYSTEM SET log_statement", command => Log(command, true)),
        ("ALTER SYSTEM RESET log_statement", command => Log(command, false)),
        ("pg_reload_conf", _ => ["pg_reload_conf: t"]),
        ("SHOW log_statement", command => [" log_statement", "---------------", command.System.Premises.LogsStatements ? " all" : " none", "(1 row)"]),
        ("SELECT 1", _ => ["1", "(1 row)"]),
    ];

    public static async Task<int> RunAsync(SimulatedCommand command)
    {
        var statements = command.Arguments.Zip(command.Arguments.Skip(1)).Where(pair => pair.First == "-c").Select(pair => pair.Second).ToArray();
        if (statements.Length == 0)
            return await command.FailAsync(1, "psql: error: give a statement with -c");
        if (command.System.Faults.Has(FaultKind.DatabaseGone))
            return await command.FailAsync(CannotConnect, "psql: error: connection to server failed: Connection refused");
        foreach (var statement in statements)
        {
            if (Known.FirstOrDefault(known => statement.Contains(known.Named, StringComparison.OrdinalIgnoreCase)).Answer is not { } answer)
                return await command.FailAsync(1, "ERROR:  a simulated database answers only what the guides ask");
            foreach (var line in answer(command))
                await command.OutAsync(line);
        }
        return 0;
    }

    public static async Task<int> IsReadyAsync(SimulatedCommand command)
    {
        var isUp = !command.System.Faults.Has(FaultKind.DatabaseGone);
        await command.OutAsync(isUp ? "/var/run/postgresql:5432 - accepting connections" : "/var/run/postgresql:5432 - no response");
        return isUp ? 0 : CannotConnect;
    }

    static IEnumerable<string> Locks(SimulatedCommand command) => command.System.Faults.Value(FaultKind.LongQuery) is null
        ? ["blocked_pid | blocking_pid | blocking_statement", "blocked: 0"]
        : ["blocked_pid | blocking_pid | blocking_statement", "4188 | 4021 | UPDATE campaigns SET search = to_tsvector(body)", "4190 | 4021 | UPDATE campaigns SET search = to_tsvector(body)", "blocked: 2"];

    static IEnumerable<string> Statements(SimulatedCommand command)
    {
        var wait = ((command.System.Faults.Value(FaultKind.Slow) ?? 0) + (command.System.Faults.Value(FaultKind.LongQuery) ?? 0)) * 800;
        yield return "query | mean_exec_time | calls";
        foreach (var (query, usual, calls) in new[] { ("SELECT … FROM campaigns WHERE search @@ $1", 84.2, 4120), ("INSERT INTO case_openings …", 6.1, 918233), ("SELECT … FROM transactions WHERE status = $1", 3.4, 44120) })
            yield return FormattableString.Invariant($"{query} | {usual + wait:0.0} | {calls}");
        yield return FormattableString.Invariant($"slowest: {84.2 + wait:0} ms");
    }

    static IEnumerable<string> Activity(SimulatedCommand command)
    {
        var (all, pool) = (command.System.Store.Connections, command.System.Store.PoolInUse);
        var idle = command.System.Faults.Has(FaultKind.ConnectionLeak);
        return ["state | count", $"active | {pool}", $"{(idle ? "idle in transaction" : "idle")} | {Math.Max(0, all - pool)}", $"sessions: {all}"];
    }

    static IEnumerable<string> Log(SimulatedCommand command, bool on)
    {
        command.System.Premises.LogsStatements = on;
        return ["ALTER SYSTEM"];
    }
}
