using Microsoft.Extensions.Configuration;
using OpsDashboard.Access;
using OpsDashboard.Http;
using OpsDashboard.Storage;
using Xunit;

namespace OpsDashboard.Tests.Http;

public sealed class ListenRuleTests
{
    [Theory]
    [InlineData("urls", "http://127.0.0.1:5080;http://[::1]:5080;http://localhost:1", false)]
    [InlineData("urls", "https://0.0.0.0:443", false)]
    [InlineData("urls", "http://0.0.0.0:5080", true)]
    [InlineData("urls", "http://127.0.0.1:1;http://+:80", true)]
    [InlineData("urls", "http://[::]:80", true)]
    [InlineData("http_ports", "8080", true)]
    [InlineData("Kestrel:Endpoints:A:Url", "http://*:80", true)]
    public void PlainHttpBeyondLoopback_IsRefused(string key, string value, bool isRefused)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new(key, value)]).Build();
        if (!isRefused)
        {
            ListenRule.Check(configuration, new(), new());
            return;
        }
        var refused = Assert.Throws<StartRefusedException>(() => ListenRule.Check(configuration, new(), new()));
        Assert.Contains("Access__AllowInsecureHttp", refused.Message, StringComparison.Ordinal);
        ListenRule.Check(configuration, new AccessOptions { AllowInsecureHttp = true }, new());
        ListenRule.Check(configuration, new(), new HttpOptions { KnownProxies = "10.0.0.1" });
    }

    [Fact]
    public void WrongOptions_NameTheirKeys()
    {
        var problems = new HttpOptions { PathBase = "ops/", KnownProxies = "10.0.0.1, proxy" }.Problems().ToList();
        Assert.Equal(2, problems.Count);
        Assert.Contains("Http__PathBase", problems[0], StringComparison.Ordinal);
        Assert.Contains("'proxy'", problems[1], StringComparison.Ordinal);
    }
}
