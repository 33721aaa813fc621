using OpsDashboard.Audit;
using OpsDashboard.Logs.Store.Database;
using OpsDashboard.Storage;

namespace OpsDashboard.Logs.Store;

/// <summary>
/// Removes whole partitions: those whose day is older than the retention, and of a system that has more than it may the oldest. Each is audited with its
/// count of lines before it goes: the audit lies in another database, and lines must not vanish without a word.
/// </summary>
sealed class LogRetention(ILogDatabase database, LogStore store, LogsOptions options, Leases leases, IAuditLog audit, TimeProvider time)
{
    const string Lease = "logs-retention";

    static readonly TimeSpan LeaseLength = TimeSpan.FromMinutes(15);

    public async Task PurgeAsync(CancellationToken stop)
    {
        if (await leases.TryHoldAsync(Lease, LeaseLength, stop) is null)
            return;
        var oldest = time.GetUtcNow() - options.Retention;
        foreach (var (partition, reason) in Due(await database.PartitionsAsync(stop), oldest, options.MaxBytesPerSystem))
        {
            await audit.AppendAsync(new(Actor.Program, "logs.purged", partition.System.Length == 0 ? "logs" : $"system/{partition.System}", AuditOutcome.Done, new Dictionary<string, object?>
            {
                ["lines"] = partition.Lines,
                ["bytes"] = partition.Bytes,
                ["day"] = DateTimeOffset.UnixEpoch.AddDays(partition.Day).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
                ["reason"] = reason,
            }), stop);
            await store.DropAsync(partition, stop);
        }
        await store.ForgetPatternsAsync(oldest, stop);
    }

    /// <summary>What must go, oldest first. The youngest partition of a system stays, however large: it is being written.</summary>
    public static IEnumerable<(LogPartition Partition, string Reason)> Due(IReadOnlyList<LogPartition> partitions, DateTimeOffset oldest, long maxBytes)
    {
        foreach (var system in partitions.GroupBy(partition => partition.System, StringComparer.Ordinal))
        {
            var ordered = system.OrderBy(partition => partition.Day).ThenBy(partition => partition.Number).ToList();
            var bytes = ordered.Sum(partition => partition.Bytes);
            foreach (var partition in ordered)
            {
                var isOld = DateTimeOffset.UnixEpoch.AddDays(partition.Day + 1) <= oldest;
                if (!isOld && (bytes <= maxBytes || partition == ordered[^1]))
                    break;
                yield return (partition, isOld ? "retention" : "size");
                bytes -= partition.Bytes;
            }
        }
    }
}
