using Npgsql;
using OpsDashboard.Storage;

namespace OpsDashboard.Alerts.Evaluation;

/// <summary>
/// Decides which replica evaluates the rules. On PostgreSQL the session that holds an advisory lock, which ends with the process; a file belongs to
/// one process anyway. Writes are fenced by <see cref="EvaluatorEpoch"/> besides. Not thread-safe.
/// </summary>
sealed class EvaluatorLease(StorageOptions options) : IAsyncDisposable
{
    const long Lock = 0x4f50_5341_4c52_4556;

    NpgsqlConnection? holder;

    /// <summary>Others may read what this process evaluates.</summary>
    public bool IsShared => options.Provider == StorageProvider.Postgres;

    /// <summary>Whether this process is the one now.</summary>
    /// <exception cref="NpgsqlException">The database does not answer: nothing is known.</exception>
    public async Task<bool> TryHoldAsync(CancellationToken stop)
    {
        if (!IsShared)
            return true;
        if (holder is not null && await IsAliveAsync(holder, stop))
            return true;
        if (holder is not null)
            await holder.DisposeAsync();
        holder = null;
        // Not from the pool: closing it must end the session and with it the lock. A machine that vanished is noticed within half a minute.
        var candidate = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(options.OpsConnectionString)
        {
            Pooling = false,
            Options = "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3",
        }.ConnectionString);
        try
        {
            await candidate.OpenAsync(stop);
            await using var command = candidate.CreateCommand();
            command.CommandText = $"SELECT pg_try_advisory_lock({Lock})";
            if (await command.ExecuteScalarAsync(stop) is true)
                holder = candidate;
        }
        finally
        {
            if (holder != candidate)
                await candidate.DisposeAsync();
        }
        return holder is not null;
    }

    public async ValueTask DisposeAsync()
    {
        if (holder is not null)
            await holder.DisposeAsync();
        holder = null;
    }

    static async Task<bool> IsAliveAsync(NpgsqlConnection connection, CancellationToken stop)
    {
        try
        {
            await using var command = connection.CreateCommand();
            command.CommandText = "SELECT 1";
            await command.ExecuteScalarAsync(stop);
            return true;
        }
        catch (Exception broken) when (broken is NpgsqlException or InvalidOperationException)
        {
            return false;
        }
    }
}
