using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OpsDashboard.Audit;
using OpsDashboard.Incidents.Bundles;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Incidents;

public sealed class IncidentBundleTests
{
    static readonly BundlePart[] Parts = [new("incident", """{"title":"Kasse ☂ zu"}"""), new("timeline", "[1,2,3]"), new("audit", "[]")];

    static byte[] Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var publicKey = key.ExportSubjectPublicKeyInfo();
        var manifest = IncidentBundle.ManifestOf("INC-7", FakeTimeProvider.DefaultStart, AuditFormat.KeyId(publicKey), publicKey, Parts);
        return IncidentBundle.Write(manifest, key.SignData(IncidentBundle.SignedBytes(manifest), HashAlgorithmName.SHA256), Parts);
    }

    // Which part holds the byte; the manifest's signature counts as the manifest.
    static string PartAt(byte[] bundle, int place)
    {
        var line = bundle.AsSpan(0, place).Count((byte)'\n');
        return line < 2 ? IncidentBundle.ManifestName : Parts[line - 2].Name;
    }

    [Fact]
    public void Bundle_AsMade_IsIntact() => Assert.Equal((true, "INC-7", 3), (IncidentBundle.Verify(Make()) is var verdict && verdict.IsIntact, verdict.Incident, verdict.Parts));

    [Fact]
    public void Bundle_WithAnyByteChanged_NamesThePart()
    {
        var bundle = Make();
        var random = new Random(7);
        for (var place = 0; place < bundle.Length; place++)
        {
            var changed = (byte[])bundle.Clone();
            changed[place] ^= (byte)random.Next(1, 256);
            Assert.Equal((place, PartAt(bundle, place)), (place, IncidentBundle.Verify(changed).Broken));
        }
    }

    [Fact]
    public void Bundle_CutOrContinued_IsBroken()
    {
        var bundle = Make();
        for (var length = 0; length < bundle.Length; length++)
            Assert.False(IncidentBundle.Verify(bundle.AsSpan(0, length)).IsIntact);
        Assert.False(IncidentBundle.Verify([.. bundle, (byte)'\n']).IsIntact);
        Assert.False(IncidentBundle.Verify(Encoding.UTF8.GetBytes("no bundle\n")).IsIntact);
    }

    [Fact]
    public async Task Api_OfAResolvedIncident_GivesReviewMarkdownNumbersAndABundle_ThatTheCommandVerifies()
    {
        await using var app = new TestApp();
        await File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(Path.Combine(app.Systems, "shop")).FullName, "system.yml"), OpsDashboard.Tests.Catalogue.CatalogueText.System + "\nrto: { critical: 1h }");
        var client = app.Automation();
        var opened = await PostAsync(client, "/api/incidents", new { system = "shop", title = "Shop <b>is</b> down", severity = "high" });
        var path = $"/api/incidents/{opened.GetProperty("id").GetString()}";
        await PostAsync(client, $"{path}/resolve", new { note = "over", restoredAt = opened.GetProperty("openedAt").GetDateTimeOffset() });

        using var write = new HttpRequestMessage(HttpMethod.Put, $"{path}/review") { Content = JsonContent.Create(new { summary = "it was *down*", cause = "a deploy" }) };
        write.Headers.TryAddWithoutValidation("If-Match", "\"0\"");
        Assert.Equal(HttpStatusCode.OK, (await client.SendAsync(write)).StatusCode);
        using var stale = new HttpRequestMessage(HttpMethod.Put, $"{path}/review") { Content = JsonContent.Create(new { summary = "mine" }) };
        stale.Headers.TryAddWithoutValidation("If-Match", "\"0\"");
        var refused = await client.SendAsync(stale);
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains("it was *down*", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        Assert.Contains("it was \\*down\\*", await client.GetStringAsync($"{path}/review.md"), StringComparison.Ordinal);
        Assert.Equal(1, (await client.GetFromJsonAsync<JsonElement>("/api/incidents/numbers")).GetProperty("all").GetProperty("incidents").GetInt32());
        Assert.Contains(",shop,high,1,", await client.GetStringAsync("/api/incidents/numbers.csv"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync("/api/incidents/numbers?severity=7")).StatusCode);

        var file = Path.Combine(app.Systems, "..", "one.bundle.jsonl");
        await File.WriteAllBytesAsync(file, await client.GetByteArrayAsync($"{path}/bundle"));
        var said = new StringWriter();
        Assert.Equal(0, await VerifyBundleCommand.RunAsync([file], said));
        Assert.StartsWith("Intact: INC-1, 8 parts", said.ToString(), StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file)).Replace("a deploy", "an accident", StringComparison.Ordinal));
        Assert.Equal(1, await VerifyBundleCommand.RunAsync([file], said));
        Assert.Contains("“incident”", said.ToString(), StringComparison.Ordinal);

        app.ActsAs = new("ada", "ada", ActorKind.Person, [new(Role.Responder, "shop")]);
        Assert.Equal(HttpStatusCode.Forbidden, (await client.GetAsync($"{path}/bundle")).StatusCode);
        app.ActsAs = new("eve", "eve", ActorKind.Person, [new(Role.Commander, "other")]);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync($"{path}/bundle")).StatusCode);
    }

    static async Task<JsonElement> PostAsync(HttpClient client, string path, object body)
    {
        var answer = await client.PostAsJsonAsync(path, body);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {await answer.Content.ReadAsStringAsync()}");
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }
}
