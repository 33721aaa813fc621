using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using OpsDashboard.Alerts.Notifications.WebPush;
using Xunit;

namespace OpsDashboard.Tests.Alerts.Notifications;

/// <summary>What a browser keeps of a push subscription: the keys with which it alone reads what comes.</summary>
sealed class SubscribedBrowser : IDisposable
{
    readonly ECDiffieHellman keys = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
    readonly byte[] auth = RandomNumberGenerator.GetBytes(16);

    /// <summary>As its <c>PushSubscription.toJSON()</c> would say.</summary>
    public PushSubscriptionInput At(string endpoint) => new(endpoint, new Dictionary<string, string> { ["p256dh"] = Base64Url.EncodeToString(PublicKey), ["auth"] = Base64Url.EncodeToString(auth) }, "a phone");

    /// <summary>Decrypts the body of a push (RFC 8291, RFC 8188).</summary>
    public byte[] Read(byte[] body)
    {
        var (salt, length) = (body[..16], body[20]);
        Assert.Equal(4096u, BinaryPrimitives.ReadUInt32BigEndian(body.AsSpan(16)));
        var senderKey = body[21..(21 + length)];
        using var sender = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = PushEncryption.PointOf(senderKey) });
        var material = HKDF.DeriveKey(HashAlgorithmName.SHA256, keys.DeriveRawSecretAgreement(sender.PublicKey), 32, auth, [.. "WebPush: info\0"u8, .. PublicKey, .. senderKey]);
        var text = body[(21 + length)..];
        var plain = new byte[text.Length - 16];
        using var cipher = new AesGcm(HKDF.DeriveKey(HashAlgorithmName.SHA256, material, 16, salt, [.. "Content-Encoding: aes128gcm\0"u8]), 16);
        cipher.Decrypt(HKDF.DeriveKey(HashAlgorithmName.SHA256, material, 12, salt, [.. "Content-Encoding: nonce\0"u8]), text.AsSpan(..^16), text.AsSpan(^16..), plain);
        Assert.Equal(2, plain[^1]);
        return plain[..^1];
    }

    byte[] PublicKey => PushEncryption.Write(keys.ExportParameters(false).Q);

    public void Dispose() => keys.Dispose();
}
