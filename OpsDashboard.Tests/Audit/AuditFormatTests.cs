using OpsDashboard.Audit;
using OpsDashboard.Storage;
using Xunit;

namespace OpsDashboard.Tests.Audit;

/// <summary>The vectors of <c>FORMAT.md</c>, which were computed by another program.</summary>
public sealed class AuditFormatTests
{
    static readonly AuditEntry First = Entry(1, 1795143600000000, "program", "account.created", "account/01a201bc-515a-7107-881b-6a2dbc820da7", AuditOutcome.Done,
        AuditFormat.HashParticulars(Convert.FromHexString("000102030405060708090a0b0c0d0e0f"), """{"reason":"first start","grants":"admin"}"""));

    static readonly AuditEntry Second = Entry(2, 1795143601500001, "01a201bc-515a-7107-881b-6a2dbc820da7", "account.changed", "account/zoë", AuditOutcome.Refused,
        AuditFormat.HashParticulars(Convert.FromHexString("101112131415161718191a1b1c1d1e1f"), """{"name":"Zoë ☂"}"""));

    [Fact]
    public void Vectors_Match()
    {
        Assert.Equal("acbabac6bedf2e99c54ae6dcbc11e43d8682b400a9d35732494d8901e6deaeff", Convert.ToHexStringLower(First.ParticularsHash));
        Assert.Equal("3f3af9870a006ff75ec24d1905f8589e0c5dea25153a89929ce3473bad96af41", Convert.ToHexStringLower(Second.ParticularsHash));
        var first = AuditFormat.HashEntry(First, AuditFormat.Genesis);
        Assert.Equal("a5aefcee16a0f94de964b709529bd0e95ec1f3dbcd47247e52f4c7c708b48380", Convert.ToHexStringLower(first));
        var second = AuditFormat.HashEntry(Second, first);
        Assert.Equal("4e6929ba3927a8c9031463863c3836ab77b156bafd99c0fb2a78e433ee9a221b", Convert.ToHexStringLower(second));
        Assert.Equal("4f707344617368626f61726420617564697420636865636b706f696e7420310000000000000002000660ac70b02f614e6929ba3927a8c9031463863c3836ab77b156bafd99c0fb2a78e433ee9a221b",
            Convert.ToHexStringLower(AuditFormat.CheckpointBytes(2, Second.At, second)));
    }

    [Fact]
    public void FieldsCannotRunIntoEachOther()
    {
        var left = Entry(1, 0, "a", "bc", "d", AuditOutcome.Done, new byte[32]);
        var right = Entry(1, 0, "ab", "c", "d", AuditOutcome.Done, new byte[32]);
        Assert.NotEqual(AuditFormat.HashEntry(left, AuditFormat.Genesis), AuditFormat.HashEntry(right, AuditFormat.Genesis));
    }

    [Fact]
    public void Particulars_TooLong_AreCutAndSaySo()
    {
        var text = AuditChain.Write(new(Actor.Program, "a.b", "c", Particulars: new Dictionary<string, object?> { ["text"] = new string('x', 200_000) }));
        Assert.InRange(text.Length, 1000, AuditChain.MaxParticulars);
        Assert.StartsWith("{\"cut\":true,\"length\":2000", text, StringComparison.Ordinal);
    }

    static AuditEntry Entry(long sequence, long microseconds, string actor, string action, string subject, AuditOutcome outcome, byte[] particulars) => new()
    {
        Sequence = sequence,
        FormatVersion = 1,
        At = Instant.FromMicroseconds(microseconds),
        ActorId = actor,
        Action = action,
        Subject = subject,
        Outcome = outcome,
        ParticularsHash = particulars,
        Hash = [],
    };
}
