using OpsDashboard.Metrics.Collectors;
using OpsDashboard.Metrics.Collectors.Http;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Metrics.Collectors;

/// <summary>Whoever edits the catalogue must not be able to send the dashboard's own secrets to an address of his choice.</summary>
public sealed class ClosedPlacesTests
{
    [Theory]
    [InlineData("Storage__ConnectionString")]
    [InlineData("Access__Bootstrap__ApiToken")]
    [InlineData("ASPNETCORE_Kestrel")]
    public void OwnVariable_IsRefused(string name)
    {
        Assert.Contains(name, Assert.Throws<SecretMissingException>(() => new SecretSource(name, null).Find()).Message, StringComparison.Ordinal);
        using var request = new HttpRequestMessage();
        Assert.Throws<HttpSecretException>(() => new HttpAccess { SecretVariable = name }.Apply(request));
        Assert.Contains("belongs to the dashboard", ClosedPlaces.RejectVariable(name), StringComparison.Ordinal);
    }

    [Fact]
    public void OwnFile_IsRefused_AnotherIsRead()
    {
        var (data, secrets) = (RealServer.TemporaryFolder("data"), RealServer.TemporaryFolder("secrets"));
        File.WriteAllText(Path.Combine(data, "audit-key.pem"), "private");
        File.WriteAllText(Path.Combine(secrets, "password"), "open sesame\n");

        foreach (var closed in (string[])[Path.Combine(data, "audit-key.pem"), Path.Combine(secrets, "..", Path.GetFileName(data), "ops.db"), "/proc/self/environ"])
        {
            Assert.Contains("elsewhere", Assert.Throws<SecretMissingException>(() => new SecretSource(null, closed).Find()).Message, StringComparison.Ordinal);
            using var request = new HttpRequestMessage();
            Assert.Contains("elsewhere", Assert.Throws<HttpSecretException>(() => new HttpAccess { SecretFile = closed }.Apply(request)).Message, StringComparison.Ordinal);
        }
        Assert.Equal("open sesame", new SecretSource(null, Path.Combine(secrets, "password")).Find());
    }
}
