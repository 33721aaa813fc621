using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using OpsDashboard.Metrics;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Live;

public sealed class LiveHubTests(LiveHubTests.Host host) : IClassFixture<LiveHubTests.Host>
{
    /// <summary>One program for all tests of the class.</summary>
    public sealed class Host : IDisposable
    {
        public TestProgram Program { get; } = new();

        public void Dispose() => Program.Dispose();
    }

    readonly TestProgram program = host.Program;

    [Fact]
    public async Task Follow_Tile_ShowsAnAppendedSample()
    {
        using var hub = await HubClient.ConnectAsync(program);
        var id = await hub.FollowAsync("""hub_tile{system="a"}""");
        Append(program, "hub_tile", 42.5);
        var frame = await hub.FrameAsync(frame => IsPoint(frame, id) && frame.GetArrayLength() == 4 && frame[3].ValueKind == JsonValueKind.Number);
        Assert.Equal(42.5, frame[3].GetDouble());
    }

    [Fact]
    public async Task Follow_TwoViewers_ShareOneTopic()
    {
        using var one = await HubClient.ConnectAsync(program);
        using var two = await HubClient.ConnectAsync(program);
        Assert.Equal(await one.FollowAsync("""hub_shared{system="a"}""", "stream", 1000), await two.FollowAsync("""hub_shared{system="a"}""", "stream", 1000));
    }

    [Fact]
    public async Task Follow_NewSeries_AreIntroducedWithTheirLabels()
    {
        using var hub = await HubClient.ConnectAsync(program);
        var id = await hub.FollowAsync("hub_series", "stream", 1000);
        Append(program, "hub_series", 1);
        var head = await hub.FrameAsync(frame => frame[0].GetInt32() == id && frame[2].ValueKind == JsonValueKind.String && frame[2].GetString() == "s" && frame[3].GetArrayLength() > 0);
        Assert.Equal("a", head[3][0].GetProperty("system").GetString());
    }

    [Theory]
    [InlineData("sum(", "parenthesis")]
    [InlineData("", "expression")]
    public async Task Follow_WrongExpression_IsRefusedInWords(string expression, string word)
    {
        using var hub = await HubClient.ConnectAsync(program);
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => hub.FollowAsync(expression));
        Assert.Contains(word, refusal.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Follow_UnknownSource_IsRefused()
    {
        using var hub = await HubClient.ConnectAsync(program);
        var answers = await hub.InvokeAsync("Follow", new object[] { new { source = "secrets", what = "x", mode = "tile", step = 0 } });
        Assert.Contains("secrets", answers[0].GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Follow_OneOfSeveralWrong_TheOthersAreFollowed()
    {
        using var hub = await HubClient.ConnectAsync(program);
        var answers = await hub.InvokeAsync("Follow", new object[] { new { source = "metrics", what = "sum(", mode = "tile", step = 0 }, new { source = "metrics", what = "1 + 1", mode = "tile", step = 0 } });
        Assert.NotNull(answers[0].GetProperty("error").GetString());
        var id = answers[1].GetProperty("id").GetInt32();
        Assert.Equal(2, (await hub.FrameAsync(frame => IsPoint(frame, id)))[3].GetDouble());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("wrong-token")]
    public async Task Connect_WithoutPermission_IsRefused(string? token)
    {
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => HubClient.ConnectAsync(program, token));
        Assert.Contains("401", refusal.Message, StringComparison.Ordinal);
    }

    internal static bool IsPoint(JsonElement frame, int id) => frame[0].GetInt32() == id && frame[2].ValueKind == JsonValueKind.Number;

    internal static void Append(TestProgram program, string metric, double value)
    {
        var appender = program.Services.GetRequiredService<ISampleAppender>();
        var series = appender.Resolve(Labels.Of(metric, ("system", "a")));
        appender.Append([new(series, program.Services.GetRequiredService<TimeProvider>().GetUtcNow().ToUnixTimeMilliseconds(), value)]);
    }
}
