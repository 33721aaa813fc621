using System.Text.Json;
using System.Threading.Channels;
using OpsDashboard.Storage;

namespace OpsDashboard.Audit;

/// <summary>Verifies the database's chain, or an export without any database.</summary>
public sealed class AuditVerification(OpsContextFactory contexts, AuditReader reader, AuditKeys keys)
{
    // So much is read ahead while what came before is hashed.
    const int BatchesAhead = 8;

    public async Task<AuditVerdict> VerifyAsync(CancellationToken stop)
    {
        var lastSigned = await reader.LastSignedAsync(stop);
        var verifier = new AuditVerifier(await keys.PublicKeysAsync(stop));
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var batches = Channel.CreateBounded<IReadOnlyList<AuditRow>>(BatchesAhead);
        // A thread of its own: SQLite has no asynchronous calls, and reading takes about as long as hashing.
        var reading = Task.Run(() => ReadAheadAsync(batches.Writer, enough.Token), CancellationToken.None);
        try
        {
            await foreach (var batch in batches.Reader.ReadAllAsync(stop))
            {
                if (!await AddAsync(verifier, batch, stop))
                    break;
            }
        }
        finally
        {
            await enough.CancelAsync();
            await reading;
        }
        return verifier.Finish(lastSigned);
    }

    async Task ReadAheadAsync(ChannelWriter<IReadOnlyList<AuditRow>> batches, CancellationToken stop)
    {
        try
        {
            await foreach (var batch in new AuditRows(contexts).ReadAsync(stop))
                await batches.WriteAsync(batch, stop);
            batches.Complete();
        }
        catch (Exception failure)
        {
            // Whoever reads the batches gets it; where nobody does any more, the reading was told to stop.
            batches.Complete(failure);
        }
    }

    async Task<bool> AddAsync(AuditVerifier verifier, IReadOnlyList<AuditRow> batch, CancellationToken stop)
    {
        var checkpoints = await reader.CheckpointsAsync(batch[0].Sequence, batch[^1].Sequence, stop);
        foreach (var row in batch)
        {
            if (!verifier.Add(row, checkpoints.GetValueOrDefault(row.Sequence)))
                return false;
        }
        return true;
    }

    /// <exception cref="FormatException">The text is no export; the message names the line.</exception>
    public static async Task<AuditVerdict> VerifyExportAsync(TextReader export, CancellationToken stop)
    {
        var head = Parse<ExportHead>(await export.ReadLineAsync(stop) ?? "", 1);
        if (head.Format != AuditFormat.Version)
            throw new FormatException($"Line 1: format {head.Format} is unknown; this program reads {AuditFormat.Version}.");
        var publicKeys = head.Keys.ToDictionary(key => key.Key, key => Convert.FromBase64String(key.Value));
        if (publicKeys.FirstOrDefault(key => AuditFormat.KeyId(key.Value) != key.Key) is { Key: { } wrong })
            throw new FormatException($"Line 1: the key {wrong} is not the key that its id names.");
        var verifier = new AuditVerifier(publicKeys);
        for (var number = 2; await export.ReadLineAsync(stop) is { } text; number++)
        {
            if (text.Length == 0)
                continue;
            var line = Read(text, number);
            if (!verifier.Add(AuditRow.Of(line.Entry, line.Particulars), line.Checkpoint))
                break;
        }
        return verifier.Finish(head.LastSequence);
    }

    static AuditLine Read(string text, int number)
    {
        try
        {
            return Parse<ExportedEntry>(text, number).Read();
        }
        catch (ArgumentException problem)
        {
            throw new FormatException($"Line {number}: {problem.Message}", problem);
        }
    }

    static T Parse<T>(string text, int number)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(text, AuditExport.Json) ?? throw new FormatException($"Line {number} is null.");
        }
        catch (JsonException problem)
        {
            throw new FormatException($"Line {number} is not what an export holds there: {problem.Message}", problem);
        }
    }
}
