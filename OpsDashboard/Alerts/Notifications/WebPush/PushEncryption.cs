using System.Buffers.Binary;
using System.Security.Cryptography;

namespace OpsDashboard.Alerts.Notifications.WebPush;

/// <summary>Encrypts a push message for one browser (RFC 8291 over the aes128gcm coding of RFC 8188, one record).</summary>
public static class PushEncryption
{
    /// <summary>What every push service must take is 4096 bytes of body (RFC 8030, section 7.2): less header, tag and delimiter.</summary>
    public const int MostBytes = 3993;

    const int PointLength = 65, SaltLength = 16, RecordSize = 4096;

    /// <param name="receiverKey">The browser's public key: an uncompressed P-256 point (<c>p256dh</c>).</param>
    /// <param name="authSecret">The browser's 16 bytes (<c>auth</c>).</param>
    public static byte[] Encrypt(ReadOnlySpan<byte> text, byte[] receiverKey, byte[] authSecret)
    {
        using var sender = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        return Encrypt(text, receiverKey, authSecret, sender, RandomNumberGenerator.GetBytes(SaltLength));
    }

    internal static byte[] Encrypt(ReadOnlySpan<byte> text, byte[] receiverKey, byte[] authSecret, ECDiffieHellman sender, byte[] salt)
    {
        using var receiver = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = PointOf(receiverKey) });
        var senderKey = Write(sender.ExportParameters(false).Q);
        var shared = sender.DeriveRawSecretAgreement(receiver.PublicKey);
        // RFC 8291, section 3.4.
        var material = HKDF.DeriveKey(HashAlgorithmName.SHA256, shared, 32, authSecret, [.. "WebPush: info\0"u8, .. receiverKey, .. senderKey]);
        var key = HKDF.DeriveKey(HashAlgorithmName.SHA256, material, 16, salt, [.. "Content-Encoding: aes128gcm\0"u8]);
        var nonce = HKDF.DeriveKey(HashAlgorithmName.SHA256, material, 12, salt, [.. "Content-Encoding: nonce\0"u8]);
        // 2 marks the last record (RFC 8188, section 2).
        byte[] plain = [.. text, 2];
        var body = new byte[SaltLength + 4 + 1 + PointLength + plain.Length + 16];
        salt.CopyTo(body, 0);
        BinaryPrimitives.WriteUInt32BigEndian(body.AsSpan(SaltLength), RecordSize);
        body[SaltLength + 4] = PointLength;
        senderKey.CopyTo(body, SaltLength + 5);
        var rest = body.AsSpan(SaltLength + 5 + PointLength);
        using var cipher = new AesGcm(key, 16);
        cipher.Encrypt(nonce, plain, rest[..plain.Length], rest[plain.Length..]);
        return body;
    }

    /// <exception cref="ArgumentException">It is no uncompressed point.</exception>
    public static ECPoint PointOf(byte[] bytes) => bytes is { Length: PointLength } && bytes[0] == 4
        ? new() { X = bytes[1..33], Y = bytes[33..] }
        : throw new ArgumentException("A public key is 65 bytes that begin with 4.", nameof(bytes));

    public static byte[] Write(ECPoint point) => [4, .. point.X!, .. point.Y!];
}
