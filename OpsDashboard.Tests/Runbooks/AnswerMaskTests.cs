using OpsDashboard.Runbooks.Steps;
using Xunit;

namespace OpsDashboard.Tests.Runbooks;

public sealed class AnswerMaskTests
{
    [Theory]
    [InlineData("{\"jwt_secret\":\"hunter2\",\"pool\":25}", "{\"jwt_secret\":\"•••\",\"pool\":25}")]
    [InlineData("{\"Password\" : \"a \\\"quoted\\\" one\"}", "{\"Password\" : \"•••\"}")]
    [InlineData("{\"apiKeys\": [\"one\", \"two\"], \"x\": 1}", "{\"apiKeys\": \"•••\", \"x\": 1}")]
    [InlineData("{\"token\":12345}", "{\"token\":\"•••\"}")]
    [InlineData("DB_PASSWORD=hunter2\nPOOL=25", "DB_PASSWORD=•••\nPOOL=25")]
    [InlineData("jwt.secret: hunter2", "jwt.secret: •••")]
    [InlineData("{\"url\":\"postgres://dnd:hunter2@db:5432/x\"}", "{\"url\":\"postgres://dnd:•••@db:5432/x\"}")]
    [InlineData("sent Bearer abc.def-123", "sent Bearer •••")]
    [InlineData("{\"user\":\"dnd\",\"host\":\"db\",\"status\":\"ok\"}", "{\"user\":\"dnd\",\"host\":\"db\",\"status\":\"ok\"}")]
    [InlineData("http_requests_total{path=\"/auth/token\"} 5", "http_requests_total{path=\"/auth/token\"} 5")]
    public void Apply_LeavesOutSecrets_AndNothingElse(string text, string expected) => Assert.Equal(expected, AnswerMask.Apply(text));

    [Fact]
    public void Apply_ALongTextOfNames_EndsSoon() => Assert.Equal(64_000, AnswerMask.Apply(string.Concat(Enumerable.Repeat("secretsecret_", 5000))[..64_000]).Length);
}
