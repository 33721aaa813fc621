using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Storage;

namespace OpsDashboard.Alerts.Notifications.WebPush;

/// <summary>What a browser's <c>PushSubscription.toJSON()</c> says.</summary>
/// <param name="Endpoint">The push service's address for this browser.</param>
/// <param name="Keys"><c>p256dh</c> and <c>auth</c>, base64url.</param>
public sealed record PushSubscriptionInput(string? Endpoint, IReadOnlyDictionary<string, string>? Keys, string? Device = null);

/// <summary>Where a push goes. Whoever knows it can wake the browser: never logged, never shown.</summary>
sealed record PushTarget(string Endpoint, byte[] Key, byte[] Auth);

/// <summary>The browsers that asked to be woken: everybody adds and removes their own. Thread-safe.</summary>
sealed class PushSubscriptions(OpsContextFactory contexts, IDataProtectionProvider protection, IAuditLog audit, TimeProvider clock)
{
    const int MostOfOne = 20, MaxEndpoint = 2000, MaxDevice = 200;

    readonly IDataProtector protector = protection.CreateProtector("OpsDashboard.WebPush.Subscriptions");

    /// <exception cref="InvalidInputException" />
    public async Task<Guid> AddAsync(Actor actor, PushSubscriptionInput input, CancellationToken stop)
    {
        var account = DemandPerson(actor);
        var target = Read(input);
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(target.Endpoint));
        await using var context = contexts.CreateDbContext();
        var own = await context.Set<PushSubscription>().Where(one => one.AccountId == account).ToListAsync(stop);
        // The same browser under another sign-in wakes who signed in last.
        context.RemoveRange(await context.Set<PushSubscription>().Where(one => one.EndpointHash == hash).ToListAsync(stop));
        if (own.Count >= MostOfOne)
            throw new InvalidInputException("", $"You have {MostOfOne} browsers subscribed; remove one first.");
        await context.SaveChangesAsync(stop);
        var row = new PushSubscription
        {
            Id = clock.NewId(),
            AccountId = account,
            EndpointHash = hash,
            Protected = protector.Protect(JsonSerializer.Serialize(target)),
            Device = input.Device is { Length: > 0 } device ? device[..Math.Min(device.Length, MaxDevice)] : "a browser",
            CreatedAt = clock.Now(),
        };
        context.Add(row);
        await audit.CommitAsync(context, new(actor, "push.subscribed", $"account/{account}", Particulars: new Dictionary<string, object?> { ["device"] = row.Device }), stop);
        return row.Id;
    }

    /// <exception cref="NotFoundException">The actor has no such subscription.</exception>
    public async Task RemoveAsync(Actor actor, Guid id, CancellationToken stop)
    {
        var account = DemandPerson(actor);
        await using var context = contexts.CreateDbContext();
        var row = await context.Set<PushSubscription>().FirstOrDefaultAsync(one => one.Id == id && one.AccountId == account, stop) ?? throw new NotFoundException($"subscription {id}");
        context.Remove(row);
        await audit.CommitAsync(context, new(actor, "push.unsubscribed", $"account/{account}", Particulars: new Dictionary<string, object?> { ["device"] = row.Device }), stop);
    }

    public async Task<IReadOnlyList<(Guid Id, string Device, DateTimeOffset CreatedAt)>> ListAsync(Actor actor, CancellationToken stop)
    {
        var account = DemandPerson(actor);
        await using var context = contexts.CreateDbContext();
        var rows = await context.Set<PushSubscription>().AsNoTracking().Where(one => one.AccountId == account).ToListAsync(stop);
        return [.. rows.OrderByDescending(row => row.CreatedAt).Select(row => (row.Id, row.Device, row.CreatedAt))];
    }

    internal async Task<PushTarget?> FindAsync(Guid id, CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        return await context.Set<PushSubscription>().AsNoTracking().FirstOrDefaultAsync(one => one.Id == id, stop) is { } row ? JsonSerializer.Deserialize<PushTarget>(protector.Unprotect(row.Protected)) : null;
    }

    /// <summary>The push service says that the browser is no longer subscribed.</summary>
    internal async Task ForgetAsync(Guid id, CancellationToken stop)
    {
        using var permit = await contexts.Gate.EnterAsync(stop);
        await using var context = contexts.CreateDbContext();
        await context.Set<PushSubscription>().Where(one => one.Id == id).ExecuteDeleteAsync(stop);
    }

    static PushTarget Read(PushSubscriptionInput input)
    {
        var problems = new List<FieldProblem>();
        // Loopback is for tests of a push service of one's own.
        if (input.Endpoint is not { Length: > 0 and <= MaxEndpoint } || !Uri.TryCreate(input.Endpoint, UriKind.Absolute, out var uri) || !(uri.Scheme == "https" || (uri.Scheme == "http" && uri.IsLoopback)))
            problems.Add(new("endpoint", "is the https address of a push service."));
        var (key, auth) = (Bytes(input, "p256dh", problems), Bytes(input, "auth", problems));
        if (key is not null && !IsPoint(key))
            problems.Add(new("keys.p256dh", "is no point of P-256."));
        if (auth is not null && auth.Length != 16)
            problems.Add(new("keys.auth", "has 16 bytes."));
        InvalidInputException.ThrowIfAny(problems);
        return new(input.Endpoint!, key!, auth!);
    }

    static byte[]? Bytes(PushSubscriptionInput input, string name, List<FieldProblem> problems)
    {
        if (input.Keys?.GetValueOrDefault(name) is { Length: > 0 and < 200 } text && Base64Url.IsValid(text))
            return Base64Url.DecodeFromChars(text);
        problems.Add(new($"keys.{name}", "is missing or not base64url."));
        return null;
    }

    static bool IsPoint(byte[] key)
    {
        try
        {
            using var _ = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = PushEncryption.PointOf(key) });
            return true;
        }
        catch (Exception wrong) when (wrong is CryptographicException or ArgumentException)
        {
            return false;
        }
    }

    static Guid DemandPerson(Actor actor)
    {
        if (!actor.MayAnywhere(Permission.ReadAlerts))
            actor.Demand(Permission.ReadAlerts);
        return actor.Kind == ActorKind.Person && Guid.TryParse(actor.Id, out var id) ? id : throw new InvalidInputException("", "Only a person's browser can be woken.");
    }
}
