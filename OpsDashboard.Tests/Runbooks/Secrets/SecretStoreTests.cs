using System.Text.Json;
using Microsoft.Extensions.Configuration;
using OpsDashboard.Metrics.Collectors;
using OpsDashboard.Runbooks.Secrets;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Runbooks.Secrets;

public sealed class SecretStoreTests
{
    readonly string folder = RealServer.TemporaryFolder("secrets");

    [Fact]
    public void Setting_GivesTheSecret() => Assert.Equal("s3cr3t", Store(("Secrets:deploy-key", "s3cr3t")).Find("deploy-key").Reveal());

    [Fact]
    public void NamedFile_GivesTheSecretWithoutItsLineEnd()
    {
        File.WriteAllText(Path.Combine(folder, "x"), "s3cr3t \r\n");
        Assert.Equal("s3cr3t ", Store(("Secrets:deployFile", Path.Combine(folder, "x"))).Find("deploy").Reveal());
    }

    [Fact]
    public void MountedFolder_GivesTheSecret_AndARotatedOneAtOnce()
    {
        var store = Store(("Secrets:Folder", folder));
        File.WriteAllText(Path.Combine(folder, "deploy"), "first");
        Assert.Equal("first", store.Find("deploy").Reveal());
        File.WriteAllText(Path.Combine(folder, "deploy"), "second");
        Assert.Equal("second", store.Find("deploy").Reveal());
    }

    [Theory]
    [InlineData("../passwd")]
    [InlineData("a/b")]
    [InlineData("Folder")]
    [InlineData("deployFile")]
    [InlineData("a:b")]
    [InlineData("")]
    [InlineData("name\n")]
    public void Name_ThatReachesElsewhere_IsRefused(string name) =>
        Assert.Contains("is no name of a secret", Assert.Throws<SecretMissingException>(() => Store(("Secrets:Folder", folder)).Find(name)).Message);

    [Fact]
    public void Missing_SaysWhereItCouldStand() =>
        Assert.Equal("There is no secret `deploy`: set Secrets__deploy, Secrets__deployFile, or put a file of this name into Secrets__Folder.",
            Assert.Throws<SecretMissingException>(() => Store().Find("deploy")).Message);

    [Fact]
    public void Unusable_IsRefusedWithoutBeingShown()
    {
        File.WriteAllBytes(Path.Combine(folder, "binary"), [0xff, 0xfe, 0xff, 0xfe, 0xff]);
        File.WriteAllText(Path.Combine(folder, "nul"), "abc\0def");
        File.WriteAllText(Path.Combine(folder, "huge"), new string('x', 70_000));
        var store = Store(("Secrets:Folder", folder), ("Secrets:short", "abc"), ("Secrets:goneFile", Path.Combine(folder, "nowhere")));
        Assert.Equal(
            ["The file of the secret `binary` is not UTF-8.", "The secret `nul` holds a NUL: it is no text.", "The file of the secret `huge` has more than 64 KB.",
             "The secret `short` has fewer than 4 characters: it could not be hidden in output.", "The file of the secret `gone` cannot be read."],
            new[] { "binary", "nul", "huge", "short", "gone" }.Select(name => Assert.Throws<SecretMissingException>(() => store.Find(name)).Message));
    }

    [Fact]
    public void Value_DoesNotPrintItself()
    {
        var secret = new SecretValue("deploy", "s3cr3t");
        Assert.Equal("•••", $"{secret}");
        Assert.DoesNotContain("s3cr3t", JsonSerializer.Serialize(new { secret }));
    }

    static SecretStore Store(params (string Key, string Value)[] settings) =>
        new(new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(pair => pair.Key, string? (pair) => pair.Value)).Build());
}
