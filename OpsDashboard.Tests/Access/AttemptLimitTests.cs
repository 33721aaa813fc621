using OpsDashboard.Access;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Access;

public sealed class AttemptLimitTests
{
    [Fact]
    public void OneIPv6Network_CountsAsOneAddress()
    {
        var limit = new AttemptLimit(3, new FakeTimeProvider());
        for (var attempt = 0; attempt < 3; attempt++)
            Assert.Null(limit.Take($"2001:db8:1:2::{attempt}"));
        Assert.NotNull(limit.Take("2001:db8:1:2:ffff::1"));
        Assert.Null(limit.Take("2001:db8:1:3::1"));
    }

    [Fact]
    public void IPv4_AlsoInsideIPv6_AndIds_CountAsTheyAre()
    {
        var limit = new AttemptLimit(1, new FakeTimeProvider());
        foreach (var address in (string[])["192.0.2.1", "192.0.2.2", "::ffff:192.0.2.3", "::ffff:192.0.2.4", "bootstrap-token", $"{Guid.Empty}"])
            Assert.Null(limit.Take(address));
        Assert.NotNull(limit.Take("::ffff:192.0.2.3"));
    }
}
