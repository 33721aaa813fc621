using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OpsDashboard.Access;
using OpsDashboard.Alerts.Notifications.Outbox;
using OpsDashboard.Alerts.Notifications.WebPush;
using OpsDashboard.Audit;
using OpsDashboard.Storage;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Alerts.Notifications;

public sealed class WebPushTests
{
    static byte[] Bytes(string text) => Base64Url.DecodeFromChars(text);

    /// <summary>RFC 8291, appendix A.</summary>
    [Fact]
    public void Encryption_OfTheRfcsExample_IsTheRfcs()
    {
        const string Receiver = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
        const string SenderPublic = "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8";
        using var sender = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = Bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), Q = PushEncryption.PointOf(Bytes(SenderPublic)) });

        var body = PushEncryption.Encrypt("When I grow up, I want to be a watermelon"u8, Bytes(Receiver), Bytes("BTBZMqHH6r4Tts7J_aSIgg"), sender, Bytes("DGv6ra1nlYgDCS1FRnbzlw"));

        Assert.Equal("DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN", Base64Url.EncodeToString(body));
    }

    [Fact]
    public async Task SubscribedBrowser_IsWoken_WithWhatItAloneCanRead()
    {
        await using var sink = new HttpSink { Status = 201 };
        using var browser = new SubscribedBrowser();
        await using var room = await OpenAsync();
        var ada = await PersonAsync(room, "Ada", Role.Responder, "shop");
        var eve = await PersonAsync(room, "Eve", Role.Responder, "game");
        await room.Subscriptions.AddAsync(ada, browser.At($"{sink.Address}/push/ada"), default);
        await room.Subscriptions.AddAsync(eve, browser.At($"{sink.Address}/push/eve"), default);

        var alert = AnAlert.Of("Heap");
        await room.RoundAsync();
        await room.Alerts.FireAsync(alert);
        await room.AdvanceAsync(TimeSpan.FromMilliseconds(1));

        var sent = Assert.Single(sink.All);
        Assert.Equal("/push/ada", sent.Path);
        Assert.Equal(("aes128gcm", "high"), (sent.Headers["Content-Encoding"], sent.Headers["Urgency"]));
        Assert.True(int.Parse(sent.Headers["TTL"]) > 0 && sent.Headers["Topic"].Length <= 32);
        var read = JsonDocument.Parse(browser.Read(sent.Body)).RootElement;
        Assert.Equal(("CRITICAL: Heap is wrong", $"https://ops.example.com/alerts/{alert.Id}"), (read.GetProperty("title").GetString(), read.GetProperty("url").GetString()));
        await VerifyAsync(room, sent.Headers["Authorization"], sink.Address);
        var logged = (await room.LoggedAsync()).SelectMany(one => one.Deliveries).Single();
        Assert.Equal((DeliveryState.Delivered, "Ada, a phone"), (logged.Delivery.State, logged.Delivery.Destination));
        await using var context = room.Alerts.Database.Contexts.CreateDbContext();
        Assert.All(context.Set<PushSubscription>().ToList(), row => Assert.DoesNotContain("127.0.0.1", row.Protected));
    }

    [Fact]
    public async Task GoneSubscription_IsForgotten_AndNotTriedAgain()
    {
        await using var sink = new HttpSink { Status = 410 };
        using var browser = new SubscribedBrowser();
        await using var room = await OpenAsync();
        var ada = await PersonAsync(room, "Ada", Role.Responder, "shop");
        await room.Subscriptions.AddAsync(ada, browser.At($"{sink.Address}/push"), default);
        await room.RoundAsync();
        await room.Alerts.FireAsync(AnAlert.Of("Heap"));
        await room.AdvanceAsync(TimeSpan.FromMilliseconds(1));
        await room.AdvanceAsync(TimeSpan.FromMinutes(5));
        Assert.Single(sink.All);
        Assert.Empty(await room.Subscriptions.ListAsync(ada, default));
        Assert.Equal(DeliveryState.Failed, (await room.LoggedAsync()).SelectMany(one => one.Deliveries).Single().Delivery.State);
    }

    [Fact]
    public async Task KeyPair_IsMadeOnce_AndStoredProtected()
    {
        await using var room = await OpenAsync();
        var first = await room.Vapid.PublicKeyAsync(default);
        Assert.Equal(first, await new Vapid(room.Alerts.Database.Contexts, NotificationRoom.Protection, room.Clock).PublicKeyAsync(default));
        Assert.Equal(65, Bytes(first).Length);
        await using var context = room.Alerts.Database.Contexts.CreateDbContext();
        var stored = context.Set<VapidKey>().Single().PrivateKey;
        Assert.ThrowsAny<CryptographicException>(() => ECDsa.Create().ImportPkcs8PrivateKey(Convert.FromBase64String(stored), out _));
    }

    [Fact]
    public async Task WrongSubscriptions_AreRefused()
    {
        await using var room = await OpenAsync();
        var ada = await PersonAsync(room, "Ada", Role.Viewer, "shop");
        var wrong = new PushSubscriptionInput("http://push.example.com/x", new Dictionary<string, string> { ["p256dh"] = Base64Url.EncodeToString(new byte[65]), ["auth"] = "AAAA" });
        var refused = await Assert.ThrowsAsync<InvalidInputException>(() => room.Subscriptions.AddAsync(ada, wrong, default));
        Assert.Equal(["endpoint", "keys.p256dh", "keys.auth"], refused.Problems.Select(problem => problem.Field));
        await Assert.ThrowsAsync<InvalidInputException>(() => room.Subscriptions.AddAsync(Actor.Program, wrong, default));
        await Assert.ThrowsAsync<NotFoundException>(() => room.Subscriptions.RemoveAsync(ada, Guid.NewGuid(), default));
    }

    static Task<NotificationRoom> OpenAsync() => NotificationRoom.OpenAsync("route: { receiver: r, group_wait: 0s, group_by: [alertname] }\nreceivers: [{ name: r }]", "receivers: [{ name: r, push: true }]");

    static async Task<Actor> PersonAsync(NotificationRoom room, string name, Role role, string system)
    {
        var account = new Account { Id = Guid.CreateVersion7(), Email = $"{name}@example.com", EmailKey = $"{name}@example.com", Name = name, Grants = [new(role, system)], Stamp = name, CreatedAt = room.Clock.GetUtcNow() };
        await using var context = room.Alerts.Database.Contexts.CreateDbContext();
        context.Add(account);
        await context.SaveChangesAsync();
        return new($"{account.Id}", name, ActorKind.Person, account.Grants);
    }

    // What a push service does (RFC 8292).
    static async Task VerifyAsync(NotificationRoom room, string header, string audience)
    {
        Assert.StartsWith("vapid t=", header);
        var (token, key) = (header[8..header.IndexOf(", k=", StringComparison.Ordinal)], header[(header.IndexOf(", k=", StringComparison.Ordinal) + 4)..]);
        Assert.Equal(await room.Vapid.PublicKeyAsync(default), key);
        var parts = token.Split('.');
        using var verifier = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = PushEncryption.PointOf(Bytes(key)) });
        Assert.True(verifier.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Bytes(parts[2]), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
        var claims = JsonDocument.Parse(Bytes(parts[1])).RootElement;
        Assert.Equal(audience, claims.GetProperty("aud").GetString());
        Assert.True(claims.GetProperty("exp").GetInt64() - room.Clock.GetUtcNow().ToUnixTimeSeconds() is > 0 and <= 86_400);
    }
}
