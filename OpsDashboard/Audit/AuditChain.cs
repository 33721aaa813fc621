using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using OpsDashboard.Storage;

namespace OpsDashboard.Audit;

/// <summary>Where the chain ends.</summary>
public sealed record ChainHead(long Sequence, byte[] Hash, DateTimeOffset At)
{
    public static readonly ChainHead Empty = new(0, AuditFormat.Genesis, DateTimeOffset.UnixEpoch);
}

/// <summary>A record with its place in the chain, ready to be written.</summary>
public sealed record ChainLink(AuditEntry Entry, AuditParticulars Particulars, string ActorName);

/// <summary>Links records to a head. Pure.</summary>
public static class AuditChain
{
    /// <summary>Longest texts that a record may carry; a longer one is an error in the calling code, except particulars, which are cut and say so.</summary>
    public const int MaxName = 200, MaxParticulars = 64 * 1024;

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <param name="recordedAt">The clock's time; a clock that stepped back does not make an entry older than its predecessor.</param>
    public static List<ChainLink> Link(ChainHead head, IReadOnlyList<(AuditRecord Record, string Particulars)> records, DateTimeOffset recordedAt)
    {
        var at = recordedAt > head.At ? recordedAt : head.At;
        var links = new List<ChainLink>(records.Count);
        var (sequence, previous) = (head.Sequence, head.Hash);
        foreach (var (record, text) in records)
        {
            var salt = RandomNumberGenerator.GetBytes(AuditFormat.SaltLength);
            var unhashed = Entry(++sequence, at, record, AuditFormat.HashParticulars(salt, text), []);
            previous = AuditFormat.HashEntry(unhashed, previous);
            links.Add(new(Entry(sequence, at, record, unhashed.ParticularsHash, previous), new() { Sequence = sequence, Salt = salt, Text = text }, record.Actor.Name));
        }
        return links;
    }

    /// <summary>The particulars as they are stored and hashed. Done before any lock is taken: it may fail, and it takes time.</summary>
    public static string Write(AuditRecord record)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(record.Action);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(record.Action.Length, MaxName);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(record.Subject.Length, MaxName);
        var particulars = new Dictionary<string, object?>(record.Particulars ?? new Dictionary<string, object?>());
        if (record.Actor.Address is { } address)
            particulars["address"] = address;
        var text = JsonSerializer.Serialize(particulars, Json);
        return text.Length <= MaxParticulars ? text : JsonSerializer.Serialize(new { cut = true, length = text.Length, begins = text[..(MaxParticulars / 2)] }, Json);
    }

    static AuditEntry Entry(long sequence, DateTimeOffset at, AuditRecord record, byte[] particularsHash, byte[] hash) => new()
    {
        Sequence = sequence,
        FormatVersion = AuditFormat.Version,
        At = at,
        ActorId = record.Actor.Id,
        Action = record.Action,
        Subject = record.Subject,
        Outcome = record.Outcome,
        ParticularsHash = particularsHash,
        Hash = hash,
    };
}
