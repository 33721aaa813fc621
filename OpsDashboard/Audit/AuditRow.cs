using System.Text;
using OpsDashboard.Storage;

namespace OpsDashboard.Audit;

/// <summary>An entry and its particulars as the bytes that are hashed: texts are UTF-8, exactly as they are stored.</summary>
/// <param name="At">Microseconds since 1970 UTC.</param>
/// <param name="Outcome">As the format writes it; empty where what is stored is none of them.</param>
/// <param name="Salt">Null, as the text, where the particulars were erased.</param>
public readonly record struct AuditRow(
    long Sequence, int FormatVersion, long At, byte[] ActorId, byte[] Action, byte[] Subject, byte[] Outcome, byte[] ParticularsHash, byte[] Hash, byte[]? Salt, byte[]? Text)
{
    public static AuditRow Of(AuditEntry entry, AuditParticulars? particulars = null) => new(
        entry.Sequence,
        entry.FormatVersion,
        Instant.ToMicroseconds(entry.At),
        Encoding.UTF8.GetBytes(entry.ActorId),
        Encoding.UTF8.GetBytes(entry.Action),
        Encoding.UTF8.GetBytes(entry.Subject),
        Encoding.UTF8.GetBytes(AuditFormat.OutcomeText(entry.Outcome)),
        entry.ParticularsHash,
        entry.Hash,
        particulars?.Salt,
        particulars is null ? null : Encoding.UTF8.GetBytes(particulars.Text));
}
