using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using OpsDashboard.Storage;

namespace OpsDashboard.Audit;

/// <summary>The chain as JSON lines, as <c>FORMAT.md</c> specifies them: keys first, each entry with its texts, checkpoints after the entry that they sign.</summary>
public sealed class AuditExport(AuditReader reader, AuditKeys keys, AuditCheckpoints checkpoints)
{
    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>Ends with a signed entry, so that an export that was cut short shows it.</summary>
    public async IAsyncEnumerable<string> LinesAsync([EnumeratorCancellation] CancellationToken stop)
    {
        var end = await checkpoints.SignAsync(stop);
        yield return JsonSerializer.Serialize(new ExportHead
        {
            Format = AuditFormat.Version,
            LastSequence = end?.Sequence ?? 0,
            Keys = (await keys.PublicKeysAsync(stop)).ToDictionary(key => key.Key, key => Convert.ToBase64String(key.Value)),
        }, Json);
        await foreach (var line in reader.AllAsync(stop))
        {
            if (line.Entry.Sequence > end?.Sequence)
                yield break;
            yield return JsonSerializer.Serialize(ExportedEntry.Of(line), Json);
        }
    }
}

sealed record ExportHead
{
    public required int Format { get; init; }
    public required long LastSequence { get; init; }
    public required Dictionary<string, string> Keys { get; init; }
}

/// <summary>One line. Hashes, salts and signatures are base64; <c>microseconds</c> counts from 1970 UTC and is what is hashed, <c>at</c> is for people.</summary>
sealed record ExportedEntry
{
    public required long Sequence { get; init; }
    public required int Version { get; init; }
    public required long Microseconds { get; init; }
    public string? At { get; init; }
    public required string ActorId { get; init; }
    public string? ActorName { get; init; }
    public required string Action { get; init; }
    public required string Subject { get; init; }
    public required string Outcome { get; init; }
    public byte[]? Salt { get; init; }
    public string? Particulars { get; init; }
    public required byte[] ParticularsHash { get; init; }
    public required byte[] Hash { get; init; }
    public ExportedCheckpoint? Checkpoint { get; init; }

    public static ExportedEntry Of(AuditLine line) => new()
    {
        Sequence = line.Entry.Sequence,
        Version = line.Entry.FormatVersion,
        Microseconds = Instant.ToMicroseconds(line.Entry.At),
        At = line.Entry.At.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ"),
        ActorId = line.Entry.ActorId,
        ActorName = line.ActorName,
        Action = line.Entry.Action,
        Subject = line.Entry.Subject,
        Outcome = AuditFormat.OutcomeText(line.Entry.Outcome),
        Salt = line.Particulars?.Salt,
        Particulars = line.Particulars?.Text,
        ParticularsHash = line.Entry.ParticularsHash,
        Hash = line.Entry.Hash,
        Checkpoint = line.Checkpoint is { } signed ? new(Instant.ToMicroseconds(signed.At), signed.KeyId, signed.Hash, signed.Signature) : null,
    };

    public AuditLine Read() => new(
        new()
        {
            Sequence = Sequence,
            FormatVersion = Version,
            At = Instant.FromMicroseconds(Microseconds),
            ActorId = ActorId,
            Action = Action,
            Subject = Subject,
            Outcome = Enum.Parse<AuditOutcome>(Outcome, ignoreCase: true),
            ParticularsHash = ParticularsHash,
            Hash = Hash,
        },
        ActorName,
        Salt is null || Particulars is null ? null : new() { Sequence = Sequence, Salt = Salt, Text = Particulars },
        Checkpoint is null ? null : new() { Sequence = Sequence, At = Instant.FromMicroseconds(Checkpoint.Microseconds), Hash = Checkpoint.Hash, KeyId = Checkpoint.KeyId, Signature = Checkpoint.Signature });
}

sealed record ExportedCheckpoint(long Microseconds, string KeyId, byte[] Hash, byte[] Signature);
