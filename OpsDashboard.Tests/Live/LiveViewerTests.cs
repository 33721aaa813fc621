using System.Text;
using System.Text.Json;
using OpsDashboard.Live;
using Xunit;

namespace OpsDashboard.Tests.Live;

public sealed class LiveViewerTests
{
    const int MaxFollowed = 300;

    readonly List<string> written = [];
    readonly List<LiveViewer> ready = [];
    TaskCompletionSource? stuck;

    LiveViewer NewViewer() => new(bytes =>
    {
        written.Add(Encoding.UTF8.GetString(bytes.Span));
        return stuck is null ? ValueTask.CompletedTask : new ValueTask(stuck.Task);
    }, viewer =>
    {
        lock (ready)
            ready.Add(viewer);
    }, MaxFollowed);

    static LiveTopic NewTopic(LiveMode mode, List<int>? counts = null) => new(mode, count => counts?.Add(count));

    void Flush()
    {
        LiveViewer[] now;
        lock (ready)
        {
            now = [.. ready];
            ready.Clear();
        }
        foreach (var viewer in now)
            viewer.Flush(1);
    }

    /// <summary>The frames of the last message, each without its topic's id.</summary>
    List<string> LastFrames()
    {
        var message = written[^1];
        Assert.EndsWith("\u001e", message, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(message[..^1]);
        Assert.Equal("f", json.RootElement.GetProperty("target").GetString());
        return [.. json.RootElement.GetProperty("arguments")[0].EnumerateArray().Select(frame => string.Join(',', frame.EnumerateArray().Skip(1).Select(part => part.GetRawText())))];
    }

    [Fact]
    public void Follow_TopicWithState_GetsTheNewestAtOnce()
    {
        var topic = NewTopic(LiveMode.Stream);
        topic.Introduce("\"s\",[]"u8);
        topic.Publish("1,10"u8);
        topic.Publish("2,20"u8);
        NewViewer().Follow(topic);
        Flush();
        Assert.Equal(["0,\"s\",[]", "2,2,20"], LastFrames());
    }

    [Fact]
    public void Flush_SeveralTopics_LeaveInOneMessage()
    {
        var (one, two) = (NewTopic(LiveMode.Tile), NewTopic(LiveMode.Tile));
        var viewer = NewViewer();
        viewer.Follow(one);
        viewer.Follow(two);
        one.Publish("5,1"u8);
        two.Publish("5,2"u8);
        Flush();
        Assert.Single(written);
        Assert.Equal(["1,5,1", "1,5,2"], LastFrames());
    }

    [Fact]
    public void Flush_SlowTileViewer_SkipsToTheNewestState()
    {
        var topic = NewTopic(LiveMode.Tile);
        var viewer = NewViewer();
        viewer.Follow(topic);
        topic.Publish("1,1"u8);
        stuck = new();
        Flush();
        for (var i = 2; i <= 500; i++)
            topic.Publish(Encoding.UTF8.GetBytes($"{i},{i}"));
        Flush();
        Assert.Single(written);
        var release = stuck;
        stuck = null;
        release.SetResult();
        Flush();
        Assert.Equal(["500,500,500"], LastFrames());
    }

    [Fact]
    public void Flush_SlowStreamViewer_GetsAGapMarkAndWhatIsKept()
    {
        var topic = NewTopic(LiveMode.Stream);
        var viewer = NewViewer();
        viewer.Follow(topic);
        topic.Publish("1,1"u8);
        stuck = new();
        Flush();
        for (var i = 2; i <= 200; i++)
            topic.Publish(Encoding.UTF8.GetBytes($"{i},{i}"));
        var release = stuck;
        stuck = null;
        release.SetResult();
        Flush();
        var frames = LastFrames();
        Assert.Equal(LiveTopic.Kept + 1, frames.Count);
        Assert.Equal($"{200 - LiveTopic.Kept},\"g\"", frames[0]);
        Assert.Equal("200,200,200", frames[^1]);
    }

    [Fact]
    public void SlowViewer_DoesNotHoldUpTheOthers()
    {
        var topic = NewTopic(LiveMode.Tile);
        var slow = NewViewer();
        slow.Follow(topic);
        topic.Publish("1,1"u8);
        stuck = new();
        Flush();
        stuck = null;
        var quick = NewViewer();
        quick.Follow(topic);
        topic.Publish("2,2"u8);
        Flush();
        Assert.Equal(["2,2,2"], LastFrames());
    }

    [Fact]
    public void Introduce_NewSeries_IsSentBeforeTheNextFrame()
    {
        var topic = NewTopic(LiveMode.Stream);
        var viewer = NewViewer();
        viewer.Follow(topic);
        topic.Introduce("\"s\",[1]"u8);
        topic.Publish("1,1"u8);
        Flush();
        topic.Introduce("\"s\",[1,2]"u8);
        topic.Publish("2,1,2"u8);
        Flush();
        Assert.Equal(["1,\"s\",[1,2]", "2,2,1,2"], LastFrames());
    }

    [Fact]
    public void Close_LeavesTheTopics()
    {
        var counts = new List<int>();
        var topic = NewTopic(LiveMode.Tile, counts);
        var viewer = NewViewer();
        viewer.Follow(topic);
        viewer.Close();
        topic.Publish("1,1"u8);
        Flush();
        Assert.Equal([1, 0], counts);
        Assert.Empty(written);
    }

    [Fact]
    public void Unfollow_StopsTheFrames()
    {
        var topic = NewTopic(LiveMode.Tile);
        var viewer = NewViewer();
        viewer.Follow(topic);
        viewer.Unfollow(topic.Id);
        topic.Publish("1,1"u8);
        Flush();
        Assert.Empty(written);
    }

    [Fact]
    public void Follow_MoreThanATabMay_IsRefused()
    {
        var viewer = NewViewer();
        for (var i = 0; i < MaxFollowed; i++)
            viewer.Follow(NewTopic(LiveMode.Tile));
        Assert.Contains($"{MaxFollowed}", Assert.Throws<LiveRefusedException>(() => viewer.Follow(NewTopic(LiveMode.Tile))).Message, StringComparison.Ordinal);
    }
}
