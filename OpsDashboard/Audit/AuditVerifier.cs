using System.Security.Cryptography;

namespace OpsDashboard.Audit;

/// <param name="Sequence">The first entry that does not hold.</param>
public sealed record AuditBreak(long Sequence, string Reason);

/// <param name="Erased">Entries whose particulars' text was erased; the chain holds their hash.</param>
/// <param name="SignedThrough">The last entry that a valid signature covers; what follows is chained but not signed yet.</param>
/// <param name="KeyIds">The keys whose signatures were seen. Compare them with the one noted elsewhere.</param>
public sealed record AuditVerdict(long Entries, long Checkpoints, long Erased, long SignedThrough, IReadOnlyList<string> KeyIds, AuditBreak? Broken)
{
    public bool IsIntact => Broken is null;

    /// <summary>The result in a sentence.</summary>
    public string Sentence => Broken is null
        ? $"Intact: {Entries} entries in an unbroken chain, {(SignedThrough == 0 ? "not signed yet" : $"signed through entry {SignedThrough}")}{(Erased == 0 ? "" : $", particulars of {Erased} erased")}."
        : $"Broken at entry {Broken.Sequence}: {Broken.Reason}";
}

/// <summary>Walks a chain from its first entry, one entry at a time in rising sequence. Not thread-safe.</summary>
public sealed class AuditVerifier(IReadOnlyDictionary<string, byte[]> publicKeys)
{
    readonly HashSet<string> keyIds = [];
    byte[] previous = AuditFormat.Genesis;
    long previousAt = long.MinValue;
    long sequence, checkpoints, erased, signedThrough;
    AuditBreak? broken;

    /// <summary>False once something broke: there is nothing to learn from the rest.</summary>
    public bool Add(in AuditRow entry, AuditCheckpoint? checkpoint)
    {
        var reason = Problem(entry) ?? (checkpoint is null ? null : Problem(checkpoint, entry.Hash));
        if (reason is not null)
        {
            broken = new(Math.Min(entry.Sequence, sequence + 1), reason);
            return false;
        }
        sequence = entry.Sequence;
        (previous, previousAt) = (entry.Hash, entry.At);
        erased += entry.Text is null ? 1 : 0;
        if (checkpoint is null)
            return true;
        checkpoints++;
        signedThrough = sequence;
        keyIds.Add(checkpoint.KeyId);
        return true;
    }

    /// <param name="lastSigned">The highest entry that any checkpoint names.</param>
    public AuditVerdict Finish(long lastSigned)
    {
        if (broken is null && lastSigned > sequence)
            broken = new(sequence + 1, $"it and all up to {lastSigned} are missing, though a signature says that they existed.");
        return new(sequence, checkpoints, erased, signedThrough, [.. keyIds.Order()], broken);
    }

    string? Problem(in AuditRow entry)
    {
        if (entry.Sequence != sequence + 1)
            return entry.Sequence > sequence + 1 ? $"it is missing; entry {entry.Sequence} follows entry {sequence}." : "it appears twice.";
        if (entry.FormatVersion != AuditFormat.Version)
            return $"its format version {entry.FormatVersion} is unknown.";
        if (entry.At < previousAt)
            return "it is older than the entry before it.";
        Span<byte> hash = stackalloc byte[AuditFormat.HashLength];
        AuditFormat.HashRow(entry, previous, hash);
        if (!CryptographicOperations.FixedTimeEquals(hash, entry.Hash))
            return "its hash does not match its content and its predecessor: it, or the entry before it, was changed.";
        if (entry.Text is null)
            return null;
        AuditFormat.HashParticulars(entry.Salt, entry.Text, hash);
        return CryptographicOperations.FixedTimeEquals(hash, entry.ParticularsHash) ? null : "its particulars were changed.";
    }

    string? Problem(AuditCheckpoint checkpoint, byte[] hash)
    {
        if (!checkpoint.Hash.AsSpan().SequenceEqual(hash))
            return "its hash is not the one that was signed: the chain was written anew.";
        if (!publicKeys.TryGetValue(checkpoint.KeyId, out var publicKey))
            return $"its signature names the key {checkpoint.KeyId}, which is unknown.";
        return AuditKeys.Verify(publicKey, AuditFormat.CheckpointBytes(checkpoint.Sequence, checkpoint.At, checkpoint.Hash), checkpoint.Signature)
            ? null
            : "its signature is not valid.";
    }
}
