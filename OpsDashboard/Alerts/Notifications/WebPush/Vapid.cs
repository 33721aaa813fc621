using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using OpsDashboard.Storage;

namespace OpsDashboard.Alerts.Notifications.WebPush;

/// <summary>Says to push services who sends (RFC 8292). The key pair is made once for all replicas; its private half is stored protected. Thread-safe.</summary>
sealed class Vapid(OpsContextFactory contexts, IDataProtectionProvider protection, TimeProvider clock)
{
    /// <summary>A push service takes a token for at most a day; a short one is worth less to a thief.</summary>
    static readonly TimeSpan TokenLife = TimeSpan.FromHours(12);

    readonly IDataProtector protector = protection.CreateProtector("OpsDashboard.WebPush.Vapid");
    readonly SemaphoreSlim turn = new(1, 1);
    (byte[] Public, byte[] Private)? pair;

    /// <summary>What the browser's subscription is bound to, base64url.</summary>
    public async Task<string> PublicKeyAsync(CancellationToken stop) => Base64Url.EncodeToString((await PairAsync(stop)).Public);

    /// <summary>The value of the header Authorization for an address.</summary>
    /// <param name="contact">A mailto: or https: address at which the push service finds somebody.</param>
    public async Task<string> AuthorizationAsync(Uri endpoint, string contact, CancellationToken stop)
    {
        var (publicKey, privateKey) = await PairAsync(stop);
        var header = Base64Url.EncodeToString("{\"typ\":\"JWT\",\"alg\":\"ES256\"}"u8);
        var claims = new Dictionary<string, object> { ["aud"] = endpoint.GetLeftPart(UriPartial.Authority), ["exp"] = (clock.GetUtcNow() + TokenLife).ToUnixTimeSeconds(), ["sub"] = contact };
        var signed = $"{header}.{Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(claims))}";
        using var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(privateKey, out _);
        var signature = key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return $"vapid t={signed}.{Base64Url.EncodeToString(signature)}, k={Base64Url.EncodeToString(publicKey)}";
    }

    async Task<(byte[] Public, byte[] Private)> PairAsync(CancellationToken stop)
    {
        await turn.WaitAsync(stop);
        try
        {
            return pair ??= await ReadOrMakeAsync(stop);
        }
        finally
        {
            turn.Release();
        }
    }

    async Task<(byte[], byte[])> ReadOrMakeAsync(CancellationToken stop)
    {
        if (await ReadAsync(stop) is { } known)
            return known;
        using var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await using var context = contexts.CreateDbContext();
        context.Add(new VapidKey { Id = VapidKey.OnlyId, PublicKey = PushEncryption.Write(made.ExportParameters(false).Q), PrivateKey = Convert.ToBase64String(protector.Protect(made.ExportPkcs8PrivateKey())) });
        try
        {
            await context.SaveChangesAsync(stop);
        }
        catch (DbUpdateException)
        {
            // Another replica was quicker; its key counts.
            return await ReadAsync(stop) ?? throw new InvalidOperationException("The push key can be neither written nor read.");
        }
        return (await ReadAsync(stop))!.Value;
    }

    async Task<(byte[], byte[])?> ReadAsync(CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        return await context.Set<VapidKey>().AsNoTracking().SingleOrDefaultAsync(stop) is { } row ? (row.PublicKey, protector.Unprotect(Convert.FromBase64String(row.PrivateKey))) : null;
    }
}
