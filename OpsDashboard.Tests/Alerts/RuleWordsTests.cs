using OpsDashboard.Alerts;
using Xunit;

namespace OpsDashboard.Tests.Alerts;

public sealed class RuleWordsTests
{
    [Theory]
    [InlineData("case-opening/performance_alerts/FrameRate", "Fires as warning when the measured value is below 50 for 5s without a break.")]
    [InlineData("case-opening/performance_alerts/MemoryUsage", "Fires as critical when the measured value is above 150 MB for 10s without a break. Without samples everything stays as it is.")]
    [InlineData("case-opening/error_alerts/CriticalErrors", "Fires as critical when the measured value is at least 1, at once with the first sample.")]
    [InlineData("liap-tui/liap-tui-alerts/HealthCheckFailures", "Fires as critical when the measured value is above 3, at once with the first sample. Without samples everything stays as it is.")]
    [InlineData("nba-projections/nba-stats-alerts/HighErrorRate", "Fires as critical when the measured value is above 10 % for 5m without a break. Without samples everything stays as it is.")]
    public void Rule_OfAGuide_IsSaidInWords(string rule, string expected) =>
        Assert.Equal(expected, string.Join(' ', RuleWords.Of(new GuideWorld(rule).Rule)).Replace('\u00a0', ' '));

    [Fact]
    public void Extras_EachHaveTheirSentence()
    {
        var rule = new AlertRule("A", "a > 70", TimeSpan.Zero, new Dictionary<string, string>(), new Dictionary<string, string>(), "", 0)
        {
            KeepFiringFor = TimeSpan.FromMinutes(2),
            Extras = new() { Recovery = 60, Matches = new(3, 5), NoData = NoDataPolicy.Fire, Levels = [new("critical", 90)], Guard = "b > 1" },
        };
        Assert.Equal(
        [
            "Fires as warning when the measured value is above 70.", "Above 90 it is critical: the same alert, not a second one.", "It counts when at least 3 of the last 5 evaluations found it so.",
            "Once it fires, it ends only when the value is back at 60.", "It goes on for 2m after the condition is gone.", "It counts only where its guard has an answer.", "That there are no samples is an alert, too.",
        ], RuleWords.Of(rule));
        Assert.Equal(["Records the answer of its expression as the series a:b."], RuleWords.Of(new RecordingRule("a:b", "up", new Dictionary<string, string>(), "", 0)));
    }
}
