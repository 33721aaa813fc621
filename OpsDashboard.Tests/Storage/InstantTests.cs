using OpsDashboard.Storage;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Storage;

public sealed class InstantTests
{
    [Fact]
    public void Now_IsCutToMicroseconds_AndSurvivesTheDatabase()
    {
        var clock = new FakeTimeProvider(FakeTimeProvider.DefaultStart.AddTicks(7));
        var now = clock.Now();
        Assert.Equal(0, now.Ticks % TimeSpan.TicksPerMicrosecond);
        Assert.Equal(now, Instant.FromMicroseconds(Instant.ToMicroseconds(now)));
    }

    [Theory]
    [InlineData("AuditEntry", "audit_entry")]
    [InlineData("Id", "id")]
    public void SnakeCase_SplitsWords(string name, string expected) => Assert.Equal(expected, SnakeCase.Of(name));
}
