using OpsDashboard.Logs;
using OpsDashboard.Logs.Files;
using OpsDashboard.Tests.Catalogue;
using Xunit;

namespace OpsDashboard.Tests.Logs.Files;

public sealed class LogsFileTests
{
    const string Valid = """
        files:
          - folder: /var/log/shop
            names: [app.log, "*.json.log"]
            component: api
            category: application
            levels: [warn, Error]
          - folder: ""
            names: [left-out.log]
        counters:
          - metric: log_denied_total
            help: Denied.
            match: { levels: [warn], events: [X], categories: [c], components: [api], fields: { status: "401|403" }, text: 'a|b -c' }
            labels: { path: details.path }
        """;

    static readonly DocumentReading Reading = new(_ => new LogsFile());

    [Fact]
    public void Read_EveryKey_ArrivesInTheDocument()
    {
        var document = Reading.Read<LogsDocument>(Valid);
        var files = Assert.Single(document.Files);
        Assert.Equal(("/var/log/shop", "api", "application"), (files.Folder, files.Component!, files.Category!));
        Assert.Equal(["app.log", "*.json.log"], files.Names);
        Assert.Equal([LineLevel.Warn, LineLevel.Error], files.Levels);
        var counter = Assert.Single(document.Counters);
        Assert.Equal([new("status", "401"), new("status", "403")], counter.Match.Fields);
        Assert.Equal("a|b -c", counter.Match.Text);
        Assert.Equal("details.path", counter.Labels["path"]);
    }

    [Theory]
    [InlineData("names: [app.log, \"*.json.log\"]", "names: [../secret.log]", 3, "`../secret.log` is no name of a file.")]
    [InlineData("names: [app.log, \"*.json.log\"]", "names: []", 3, "There is no name here.")]
    [InlineData("folder: /var/log/shop", "folder: /var/../etc", 2, "`/var/../etc` leads upwards.")]
    [InlineData("folder: /var/log/shop", "folder: /proc/1", 2, "`/proc/1` holds no logs.")]
    [InlineData("component: api", "component: apj", 4, "`apj` is no component of shop.")]
    [InlineData("levels: [warn, Error]", "levels: [loud]", 6, "`loud` is not a level.")]
    [InlineData("levels: [warn, Error]", "levels: [3]", 6, "`3` is not a level.")]
    [InlineData("category: application", "colour: red", 5, "`colour` is not known here.")]
    [InlineData("metric: log_denied_total", "metric: log_denied", 10, "`log_denied` is not the name of a counter.")]
    [InlineData("metric: log_denied_total", "metric: log_lines_total", 10, "`log_lines_total` is counted for every system already.")]
    [InlineData("help: Denied.", "hint: no", 10, "`help` is missing.")]
    [InlineData("labels: { path: details.path }", "labels: { system: x }", 13, "`system` cannot be a label here.")]
    [InlineData("match: { levels: [warn]", "match: { weather: [warn]", 12, "`weather` is not known here.")]
    public void Read_OneThingWrong_IsSaidWithItsLine(string right, string wrong, int line, string message) =>
        Assert.Contains(Reading.Problems(Valid.Replace(right, wrong, StringComparison.Ordinal)), problem => problem.StartsWith($"{line}: {message}", StringComparison.Ordinal));

    [Fact]
    public void Read_CounterWithoutACondition_IsRefused() =>
        Assert.Contains(Reading.Problems("counters: [ { metric: a_total, help: h, match: { } } ]"), problem => problem.Contains("`match` is empty", StringComparison.Ordinal));
}
