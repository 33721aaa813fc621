using System.Buffers;
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

    static ReadOnlySpan<byte> CheckpointMark => "OpsDashboard audit checkpoint 1"u8;

    /// <summary>What the first entry names as its predecessor.</summary>
    public static readonly byte[] Genesis = new byte[HashLength];

    public static byte[] HashParticulars(ReadOnlySpan<byte> salt, string text)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(salt);
        hash.AppendData(Encoding.UTF8.GetBytes(text));
        return hash.GetHashAndReset();
    }

    public static byte[] HashEntry(AuditEntry entry, ReadOnlySpan<byte> previous)
    {
        var bytes = new ArrayBufferWriter<byte>(256);
        WriteInt64(bytes, entry.FormatVersion);
        WriteInt64(bytes, entry.Sequence);
        WriteInt64(bytes, Storage.Instant.ToMicroseconds(entry.At));
        WriteText(bytes, entry.ActorId);
        WriteText(bytes, entry.Action);
        WriteText(bytes, entry.Subject);
        WriteText(bytes, OutcomeText(entry.Outcome));
        bytes.Write(entry.ParticularsHash);
        bytes.Write(previous);
        return SHA256.HashData(bytes.WrittenSpan);
    }

    public static byte[] CheckpointBytes(long sequence, DateTimeOffset at, ReadOnlySpan<byte> hash)
    {
        var bytes = new ArrayBufferWriter<byte>(96);
        bytes.Write(CheckpointMark);
        WriteInt64(bytes, sequence);
        WriteInt64(bytes, Storage.Instant.ToMicroseconds(at));
        bytes.Write(hash);
        return bytes.WrittenSpan.ToArray();
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

    static void WriteInt64(ArrayBufferWriter<byte> bytes, long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(bytes.GetSpan(8), value);
        bytes.Advance(8);
    }

    static void WriteText(ArrayBufferWriter<byte> bytes, string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        WriteInt64(bytes, length);
        bytes.Advance(Encoding.UTF8.GetBytes(text, bytes.GetSpan(length)));
    }
}
