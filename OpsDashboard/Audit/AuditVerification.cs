using System.Text.Json;

namespace OpsDashboard.Audit;

/// <summary>Verifies the database's chain, or an export without any database.</summary>
public sealed class AuditVerification(AuditReader reader, AuditKeys keys)
{
    public async Task<AuditVerdict> VerifyAsync(CancellationToken stop)
    {
        var lastSigned = await reader.LastSignedAsync(stop);
        var verifier = new AuditVerifier(await keys.PublicKeysAsync(stop));
        await foreach (var line in reader.AllAsync(stop))
        {
            if (!verifier.Add(line.Entry, line.Particulars, line.Checkpoint))
                break;
        }
        return verifier.Finish(lastSigned);
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
            if (!verifier.Add(line.Entry, line.Particulars, line.Checkpoint))
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
