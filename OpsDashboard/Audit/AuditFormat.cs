using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace OpsDashboard.Audit;

/// <summary>The bytes that are hashed and signed: <c>FORMAT.md</c> in code. A change here is a new format version.</summary>
public static class AuditFormat
{
    public const int Version = 1;
    public const int HashLength = 32;
    public const int SaltLength = 16;

    /// <summary>Longer texts are rare: they are put together on the heap.</summary>
    const int OnStack = 1024;

    static ReadOnlySpan<byte> CheckpointMark => "OpsDashboard audit checkpoint 1"u8;

    /// <summary>What the first entry names as its predecessor.</summary>
    public static readonly byte[] Genesis = new byte[HashLength];

    public static byte[] HashParticulars(ReadOnlySpan<byte> salt, string text)
    {
        var hash = new byte[HashLength];
        HashParticulars(salt, Encoding.UTF8.GetBytes(text), hash);
        return hash;
    }

    /// <param name="salt">As it is stored.</param>
    /// <param name="text">UTF-8.</param>
    /// <param name="hash">Filled; 32 bytes.</param>
    public static void HashParticulars(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> text, Span<byte> hash)
    {
        var length = salt.Length + text.Length;
        var bytes = length <= OnStack ? stackalloc byte[length] : new byte[length];
        salt.CopyTo(bytes);
        text.CopyTo(bytes[salt.Length..]);
        SHA256.HashData(bytes, hash);
    }

    public static byte[] HashEntry(AuditEntry entry, ReadOnlySpan<byte> previous)
    {
        var hash = new byte[HashLength];
        HashRow(AuditRow.Of(entry), previous, hash);
        return hash;
    }

    /// <param name="row">The entry; its outcome is one that the format knows.</param>
    /// <param name="previous">Hash of the entry before.</param>
    /// <param name="hash">Filled; 32 bytes.</param>
    public static void HashRow(in AuditRow row, ReadOnlySpan<byte> previous, Span<byte> hash)
    {
        var length = 7 * sizeof(long) + row.ActorId.Length + row.Action.Length + row.Subject.Length + row.Outcome.Length + row.ParticularsHash.Length + previous.Length;
        var bytes = length <= OnStack ? stackalloc byte[length] : new byte[length];
        var rest = bytes;
        WriteInt64(ref rest, row.FormatVersion);
        WriteInt64(ref rest, row.Sequence);
        WriteInt64(ref rest, row.At);
        WriteText(ref rest, row.ActorId);
        WriteText(ref rest, row.Action);
        WriteText(ref rest, row.Subject);
        WriteText(ref rest, row.Outcome);
        row.ParticularsHash.CopyTo(rest);
        previous.CopyTo(rest[row.ParticularsHash.Length..]);
        SHA256.HashData(bytes, hash);
    }

    public static byte[] CheckpointBytes(long sequence, DateTimeOffset at, ReadOnlySpan<byte> hash)
    {
        var bytes = new byte[CheckpointMark.Length + (2 * sizeof(long)) + hash.Length];
        CheckpointMark.CopyTo(bytes);
        var rest = bytes.AsSpan(CheckpointMark.Length);
        WriteInt64(ref rest, sequence);
        WriteInt64(ref rest, Storage.Instant.ToMicroseconds(at));
        hash.CopyTo(rest);
        return bytes;
    }

    /// <summary>First 16 hex digits of the SHA-256 of the public key.</summary>
    public static string KeyId(ReadOnlySpan<byte> publicKey) => Convert.ToHexStringLower(SHA256.HashData(publicKey))[..16];

    public static string OutcomeText(AuditOutcome outcome) => outcome switch
    {
        AuditOutcome.Done => "done",
        AuditOutcome.Refused => "refused",
        AuditOutcome.Failed => "failed",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome)),
    };

    static void WriteInt64(ref Span<byte> rest, long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(rest, value);
        rest = rest[sizeof(long)..];
    }

    static void WriteText(ref Span<byte> rest, ReadOnlySpan<byte> text)
    {
        WriteInt64(ref rest, text.Length);
        text.CopyTo(rest);
        rest = rest[text.Length..];
    }
}
