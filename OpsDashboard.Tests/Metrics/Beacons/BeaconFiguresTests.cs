using FsCheck;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics.Beacons;
using OpsDashboard.Tests.Testing;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace OpsDashboard.Tests.Metrics.Beacons;

public sealed class BeaconFiguresTests
{
    readonly FakeTimeProvider clock = new();
    readonly BeaconIntake intake;
    readonly Target target = CollectOnce.Target("beacon", "https://a.example", new BeaconOptions("test-key-1", ["https://a.example"], 10, TimeSpan.FromSeconds(5), 3));
    readonly BeaconCollector collector;
    readonly CollectOnce once;

    public BeaconFiguresTests()
    {
        intake = new(clock);
        collector = new(target, intake);
        once = new() { Clock = clock };
    }

    void Post(string page, bool simulated = false, params double[] frames) =>
        intake.Find("test-key-1")!.Count(new(page, simulated, frames, null, [], [], null, "survey"));

    [Fact]
    public async Task FrameRate_IsTheWorstDecileOfTheLowestPage()
    {
        Post("/", frames: [.. Enumerable.Repeat(60.0, 18), 30, 20]);
        Post("/inventory", frames: [59, 59]);

        await once.RunAsync(collector, target);

        Assert.Equal(25, once.Samples.Last("rum_fps_worst_decile", ("page", "/")));
        Assert.Equal(25, once.Samples.Last("frame_rate"));
        Assert.Equal(59, once.Samples.Last("rum_fps_worst_decile", ("page", "/inventory")));
    }

    [Fact]
    public async Task FrameRate_WithoutVisitors_Ends()
    {
        Post("/", frames: 60);
        clock.Advance(TimeSpan.FromSeconds(6));

        await once.RunAsync(collector, target);

        Assert.Empty(once.Samples.Of("frame_rate"));
        Assert.Empty(once.Samples.Of("rum_simulated"));
        Assert.Equal(1, once.Samples.Last("rum_fps_count", ("page", "/")));
    }

    [Fact]
    public async Task Simulated_WhileABrowserIsThere_IsLeftOut()
    {
        Post("/", simulated: true, frames: 10);
        Post("/", frames: 60);
        clock.Advance(TimeSpan.FromSeconds(4));
        Post("/", simulated: true, frames: 10);
        await once.RunAsync(collector, target);
        Assert.Equal(60, once.Samples.Last("frame_rate"));
        Assert.Equal(0, once.Samples.Last("rum_simulated"));

        clock.Advance(TimeSpan.FromSeconds(12));
        Post("/", simulated: true, frames: 50);
        await once.RunAsync(collector, target);
        Assert.Equal(50, once.Samples.Last("frame_rate"));
        Assert.Equal(1, once.Samples.Last("rum_simulated"));
    }

    [Fact]
    public async Task Pages_BeyondTheCap_AreOther()
    {
        for (var i = 0; i < 20; i++)
            Post($"/page-{i}x", frames: 60);

        await once.RunAsync(collector, target);

        var pages = once.Samples.Of("rum_fps_count").Select(sample => sample.Series.Labels["page"]).ToHashSet();
        Assert.Equal(["/page-0x", "/page-1x", "/page-2x", "other"], pages.Order());
        Assert.Equal(17, once.Samples.Last("rum_fps_count", ("page", "other")));
    }

    [Fact]
    public async Task Errors_BeyondTheCap_AreOther()
    {
        for (var i = 0; i < 400; i++)
            intake.Find("test-key-1")!.Count(new("/", false, [], null, [], [new("error", $"E{(char)('a' + (i % 26))}{(char)('a' + (i / 26))}", $"{i:x8}", 1)], null, "survey"));

        await once.RunAsync(collector, target);

        Assert.Equal(101, once.Samples.Of("rum_errors_total").Count);
        Assert.Equal(300, once.Samples.Last("rum_errors_total", ("class", "other")));
        Assert.Equal(100, ((OpsDashboard.Metrics.Collectors.CollectedTable)once.Documents["errors"]).Rows.Count);
    }

    [Fact]
    public void WriteKey_OfTwoTargets_BelongsToTheFirst()
    {
        Assert.Throws<InvalidOperationException>(() => new BeaconCollector(target, intake));
    }

    [Fact]
    public async Task Target_Gone_TakesNoBeacon()
    {
        await collector.DisposeAsync();
        Assert.Null(intake.Find("test-key-1"));
    }

    [Fact]
    public void Sources_BeyondTheCap_ShareOneBucket()
    {
        var limit = new SourceLimit(1, clock);
        for (var i = 0; i < SourceLimit.MaxSources; i++)
            limit.Take($"source {i}");
        Assert.Equal([null, null, TimeSpan.FromSeconds(1)], new[] { limit.Take("new 1"), limit.Take("new 2"), limit.Take("new 3") });

        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Null(limit.Take("new 3"));
    }

    [Theory]
    [InlineData("/cases/17/open", "/cases/:id/open")]
    [InlineData("/u/3f2504e0-4f89-11d3-9a0c-0305e82c3301", "/u/:id")]
    [InlineData("/tx/0123456789abcdef", "/tx/:id")]
    [InlineData("/facade/added", "/facade/added")]
    [InlineData("/", "/")]
    public void Path_WithIds_IsGeneralized(string path, string label) => Assert.Equal(label, PagePath.Generalize(path));

    [Fact]
    public void Format_WithAnyBytes_NeverThrows() => Prop.ForAll<byte[]>(bytes =>
    {
        var (beacon, problems) = BeaconFormat.Read(bytes);
        return beacon is null == problems.Count > 0;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Format_WithAnyNumber_AcceptsOnlyTheRange() => Prop.ForAll<double>(value =>
    {
        if (!double.IsFinite(value))
            return true;
        var (beacon, _) = BeaconFormat.Read(System.Text.Encoding.UTF8.GetBytes($$"""{"v":1,"page":"/","fps":[{{value:R}}]}"""));
        return beacon is not null == value is >= 0 and <= 1000;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Options_WithSeveralMistakes_NameThemAll()
    {
        var problems = new List<CatalogueProblem>();
        var stream = new YamlStream();
        stream.Load(new StringReader("write_key: short\norigins: ['game.example.com', 'https://ok.example/', 'https://x.example/path']\nrate: 0\nwindow: 1h\n"));
        var options = (BeaconOptions)new BeaconKind(intake).ReadOptions(new((YamlMappingNode)stream.Documents[0].RootNode, "targets.yml", problems, text => text));

        Assert.Equal(
            ["`write_key` must be 8 to 64 letters, digits, - and _.", "`rate: 0` is out of range.", "`window` is out of range.", "`game.example.com` is no origin.", "`https://x.example/path` is no origin."],
            problems.Select(problem => problem.Message));
        Assert.Equal(["https://ok.example"], options.Origins);
    }
}
