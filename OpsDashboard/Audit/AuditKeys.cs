using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using OpsDashboard.Storage;

namespace OpsDashboard.Audit;

/// <summary>
/// The key that signs checkpoints: <c>audit-key.pem</c> in the data directory with SQLite (copy its public half elsewhere, so that a forger of
/// the database cannot also forge the key), a row that all replicas share with PostgreSQL. Made at first use. Thread-safe.
/// </summary>
public sealed class AuditKeys(OpsContextFactory contexts) : IDisposable
{
    readonly SemaphoreSlim once = new(1, 1);
    (string KeyId, byte[] PrivateKey)? own;

    string KeyFile => Path.Combine(contexts.Options.DataDirectory, "audit-key.pem");

    /// <summary>Signs with ECDSA P-256 over SHA-256; the signature is r ‖ s, 64 bytes.</summary>
    public async Task<(string KeyId, byte[] Signature)> SignAsync(byte[] bytes, CancellationToken stop)
    {
        var (keyId, privateKey) = await OwnAsync(stop);
        using var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(privateKey, out _);
        return (keyId, key.SignData(bytes, HashAlgorithmName.SHA256));
    }

    public static bool Verify(byte[] publicKey, byte[] bytes, byte[] signature)
    {
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(publicKey, out _);
        return key.VerifyData(bytes, signature, HashAlgorithmName.SHA256);
    }

    /// <summary>Every key that ever signed here, by id.</summary>
    public async Task<IReadOnlyDictionary<string, byte[]>> PublicKeysAsync(CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        return await context.Set<AuditKey>().AsNoTracking().ToDictionaryAsync(key => key.KeyId, key => key.PublicKey, stop);
    }

    public async Task<string> KeyIdAsync(CancellationToken stop) => (await OwnAsync(stop)).KeyId;

    public void Dispose() => once.Dispose();

    async Task<(string KeyId, byte[] PrivateKey)> OwnAsync(CancellationToken stop)
    {
        if (own is { } known)
            return known;
        await once.WaitAsync(stop);
        try
        {
            return own ??= await LoadAsync(stop);
        }
        finally
        {
            once.Release();
        }
    }

    async Task<(string, byte[])> LoadAsync(CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        var inFile = contexts.Options.Provider == StorageProvider.Sqlite;
        var stored = inFile ? null : await context.Set<AuditKey>().AsNoTracking().Where(key => key.PrivateKey != null).OrderBy(key => key.KeyId).FirstOrDefaultAsync(stop);
        if (stored is not null)
            return (stored.KeyId, stored.PrivateKey!);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        if (inFile && File.Exists(KeyFile))
            key.ImportFromPem(await File.ReadAllTextAsync(KeyFile, stop));
        else if (inFile)
            await WriteAsync(key.ExportPkcs8PrivateKeyPem(), stop);
        var (publicKey, privateKey) = (key.ExportSubjectPublicKeyInfo(), key.ExportPkcs8PrivateKey());
        var keyId = AuditFormat.KeyId(publicKey);
        if (!await context.Set<AuditKey>().AnyAsync(one => one.KeyId == keyId, stop))
        {
            context.Add(new AuditKey { KeyId = keyId, PublicKey = publicKey, PrivateKey = inFile ? null : privateKey });
            await context.SaveChangesAsync(stop);
        }
        return (keyId, privateKey);
    }

    async Task WriteAsync(string pem, CancellationToken stop)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using var file = new StreamWriter(KeyFile, options);
        await file.WriteAsync(pem.AsMemory(), stop);
    }
}
