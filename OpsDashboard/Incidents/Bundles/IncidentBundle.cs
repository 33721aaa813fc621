using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OpsDashboard.Audit;

namespace OpsDashboard.Incidents.Bundles;

/// <param name="Json">One line.</param>
public sealed record BundlePart(string Name, string Json);

/// <param name="Broken">The first part that is not what was signed; null: all are.</param>
public sealed record BundleVerdict(string Incident, string KeyId, int Parts, string? Broken)
{
    public bool IsIntact => Broken is null;

    /// <summary>The result in a sentence.</summary>
    public string Sentence => Broken is null ? $"Intact: {Incident}, {Parts} parts, signed with key {KeyId}. Compare the key with the one that you noted elsewhere." : $"Broken: the part “{Broken}” is not what was signed.";
}

/// <summary>The bytes of a bundle, as <c>FORMAT.md</c> specifies them; reads and verifies them without a database. Pure.</summary>
public static class IncidentBundle
{
    public const int Format = 1;
    public const string ManifestName = "manifest";
    const byte End = (byte)'\n';

    static readonly byte[] Purpose = Encoding.ASCII.GetBytes("OpsDashboard incident bundle 1\n");

    /// <summary>The line that names every part with its length and hash.</summary>
    public static byte[] ManifestOf(string incident, DateTimeOffset madeAt, string keyId, byte[] publicKey, IReadOnlyList<BundlePart> parts) =>
        JsonSerializer.SerializeToUtf8Bytes(new Manifest(Format, incident, madeAt, keyId, publicKey, [.. parts.Select(part => PartOf(part.Name, Encoding.UTF8.GetBytes(part.Json)))]), AuditExport.Json);

    public static byte[] SignedBytes(ReadOnlySpan<byte> manifest) => [.. Purpose, .. manifest];

    public static byte[] Write(byte[] manifest, byte[] signature, IReadOnlyList<BundlePart> parts) =>
        [.. manifest, End, .. SignatureLine(signature), End, .. parts.SelectMany(part => Encoding.UTF8.GetBytes(part.Json).Append(End))];

    public static BundleVerdict Verify(ReadOnlySpan<byte> bundle)
    {
        var end = bundle.IndexOf(End);
        if (end < 0 || Read(bundle[..end]) is not { } manifest)
            return new("", "", 0, ManifestName);
        var line = bundle[..end];
        var rest = bundle[(end + 1)..];
        BundleVerdict Verdict(string? broken) => new(manifest.Incident, manifest.KeyId, manifest.Parts.Count, broken);
        if (!IsSigned(manifest, line, ref rest))
            return Verdict(ManifestName);
        foreach (var part in manifest.Parts)
        {
            if (rest.Length <= part.Bytes || rest[part.Bytes] != End || Hash(rest[..part.Bytes]) != part.Sha256)
                return Verdict(part.Name);
            rest = rest[(part.Bytes + 1)..];
        }
        return Verdict(rest.Length == 0 ? null : "what follows the last part");
    }

    // The signature is compared as text as well: no two spellings of it are valid.
    static bool IsSigned(Manifest manifest, ReadOnlySpan<byte> line, ref ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOf(End);
        if (end < 0 || manifest.Format != Format || AuditFormat.KeyId(manifest.PublicKey) != manifest.KeyId)
            return false;
        var written = rest[..end];
        var after = rest[(end + 1)..];
        try
        {
            var signature = JsonSerializer.Deserialize<Signed>(written, AuditExport.Json) is { Signature: { } hex } ? Convert.FromHexString(hex) : [];
            if (!written.SequenceEqual(SignatureLine(signature)) || !AuditKeys.Verify(manifest.PublicKey, SignedBytes(line), signature))
                return false;
        }
        catch (Exception unreadable) when (unreadable is JsonException or FormatException or CryptographicException)
        {
            return false;
        }
        rest = after;
        return true;
    }

    static Manifest? Read(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize<Manifest>(line, AuditExport.Json) is { KeyId: not null, PublicKey: not null, Parts: not null } manifest && manifest.Parts.All(part => part is { Bytes: >= 0, Name: not null }) ? manifest : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static byte[] SignatureLine(byte[] signature) => Encoding.ASCII.GetBytes($$"""{"signature":"{{Convert.ToHexStringLower(signature)}}"}""");

    static ManifestPart PartOf(string name, byte[] bytes) => new(name, bytes.Length, Hash(bytes));

    static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    sealed record Manifest(int Format, string Incident, DateTimeOffset MadeAt, string KeyId, byte[] PublicKey, IReadOnlyList<ManifestPart> Parts);

    sealed record ManifestPart(string Name, int Bytes, string Sha256);

    sealed record Signed(string Signature);
}
