using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Live;
using OpsDashboard.Logs;
using OpsDashboard.Logs.Live;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Logs.Live;

public sealed class LogLiveTests : IDisposable
{
    readonly FakeTimeProvider clock = new();
    readonly LiveBus bus = new(NullLogger<LiveBus>.Instance);
    readonly LogLiveSource source;
    readonly List<JsonElement> frames = [];
    readonly List<LiveViewer> ready = [];
    readonly LiveViewer viewer;
    long id;

    public LogLiveTests()
    {
        source = new(bus, new(), clock);
        viewer = new(Receive, one =>
        {
            lock (ready)
                ready.Add(one);
        }, 100);
    }

    ValueTask Receive(ReadOnlyMemory<byte> bytes)
    {
        using var json = JsonDocument.Parse(Encoding.UTF8.GetString(bytes.Span)[..^1]);
        frames.AddRange(json.RootElement.GetProperty("arguments")[0].EnumerateArray().Select(frame => frame.Clone()));
        return ValueTask.CompletedTask;
    }

    static Actor Reader(params string?[] systems) => new("reader", "Reader", ActorKind.Person, [.. systems.Select(system => new Grant(Role.Viewer, system))]);

    async Task FollowAsync(Actor actor, LogFilter? filter = null) =>
        viewer.Follow(await source.OpenAsync(new("logs", LiveFilter.Write(filter ?? new()), LiveMode.Stream, 0), actor, default));

    LogEntry Line(string message, string? system = "shop", LineLevel level = LineLevel.Info) => new() { Id = ++id, At = clock.GetUtcNow(), ReceivedAt = clock.GetUtcNow(), Message = message, SystemId = system, Level = level };

    /// <summary>Publishes, waits until the topic has seen it (its timer is set), and lets the frame leave.</summary>
    async Task PublishAsync(params LogEntry[] lines)
    {
        var timers = clock.TimerCount;
        bus.Publish(new LogsAppended(lines));
        await UntilAsync(() => clock.TimerCount > timers);
        Flush();
    }

    static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(Patience.Limit);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        while (!condition())
            await pause.WaitForNextTickAsync(limit.Token);
    }

    void Flush()
    {
        clock.Advance(LogTopic.Pace);
        LiveViewer[] now;
        lock (ready)
        {
            now = [.. ready];
            ready.Clear();
        }
        foreach (var one in now)
            one.Flush(1);
    }

    static string[] Messages(JsonElement frame) => [.. frame[4].EnumerateArray().Select(line => line[7].GetString()!)];

    [Fact]
    public async Task Lines_ThatMatch_ArriveInOneFrame()
    {
        await FollowAsync(Reader([null]), new() { Levels = [LineLevel.Error] });
        await PublishAsync(Line("calm"), Line("bad", level: LineLevel.Error), Line("<b>worse</b>", system: null, level: LineLevel.Error));
        var frame = Assert.Single(frames);
        Assert.Equal(("l", 2), (frame[2].GetString(), frame[3].GetInt64()));
        Assert.Equal(["bad", "<b>worse</b>"], Messages(frame));
    }

    [Fact]
    public async Task Lines_OfOtherSystems_AreNotSeen()
    {
        await FollowAsync(Reader("shop"));
        await PublishAsync(Line("foreign", "game"), Line("of nobody", null), Line("own"));
        Assert.Equal(["own"], Messages(Assert.Single(frames)));
    }

    [Fact]
    public async Task Flood_IsCutToTheNewestOfAFrame_AndTheCountSaysHowManyThereWere()
    {
        await FollowAsync(Reader([null]));
        await PublishAsync([.. Enumerable.Range(1, 10_000).Select(i => Line($"line {i}"))]);
        var frame = Assert.Single(frames);
        Assert.Equal(10_000, frame[3].GetInt64());
        Assert.Equal(LogTopic.MostLines, frame[4].GetArrayLength());
        Assert.Equal("line 10000", Messages(frame)[^1]);
    }

    [Fact]
    public async Task Line_TooLong_IsCut()
    {
        await FollowAsync(Reader([null]));
        await PublishAsync(Line(new string('x', 100_000)));
        Assert.Equal(LogTopic.MostText + 1, Messages(frames[0])[0].Length);
    }

    [Fact]
    public async Task Follow_ForeignOrWrong_IsRefused()
    {
        await Assert.ThrowsAsync<AccessDeniedException>(() => FollowAsync(Reader("shop"), new() { Systems = ["game"] }));
        await Assert.ThrowsAsync<AccessDeniedException>(() => FollowAsync(Reader()));
        foreach (var wrong in new[] { "", "[]", "{\"colour\":1}", "{\"levels\":[3]}", "{\"fields\":[[\"a\"]]}", "{\"fields\":[null]}", "{\"systems\":[null]}", "{\"text\":\"" + new string('x', 5000) + "\"}" })
            await Assert.ThrowsAsync<LiveRefusedException>(async () => await source.OpenAsync(new("logs", wrong, LiveMode.Stream, 0), Reader([null]), default));
        await Assert.ThrowsAsync<LiveRefusedException>(async () => await source.OpenAsync(new("logs", "{}", LiveMode.Tile, 0), Reader([null]), default));
    }

    [Fact]
    public async Task Topics_AreSharedByFilterAndGrants_AndEndWithoutViewers()
    {
        async Task<LiveTopic> Open(Actor actor, LogFilter filter) => await source.OpenAsync(new("logs", LiveFilter.Write(filter), LiveMode.Stream, 0), actor, default);
        var first = await Open(Reader("shop"), new() { Text = "a" });
        Assert.Same(first, await Open(Reader("shop"), new() { Text = "a" }));
        Assert.NotSame(first, await Open(Reader("shop"), new() { Text = "b" }));
        Assert.NotSame(first, await Open(Reader([null]), new() { Text = "a" }));
        clock.Advance(TimeSpan.FromSeconds(30));
        Assert.NotSame(first, await Open(Reader("shop"), new() { Text = "a" }));
    }

    [Fact]
    public void Filter_WrittenAndRead_IsTheSame()
    {
        var filter = new LogFilter { Systems = ["shop"], Levels = [LineLevel.Warn], Components = ["api"], Categories = ["c"], Events = ["e"], CorrelationId = "x", Fields = [new("a", "1"), new("a", "2")], Text = "\"ü\" <", CaseSensitive = true, Pattern = long.MinValue };
        var read = LiveFilter.Read(LiveFilter.Write(filter)).Filter;
        Assert.Equal(JsonSerializer.Serialize(filter), JsonSerializer.Serialize(read));
    }

    public void Dispose() => source.Dispose();
}
