using System.Globalization;
using OpsDashboard.Alerts.Silences;
using Xunit;

namespace OpsDashboard.Tests.Alerts.Silences;

public sealed class WeeklyWindowTests
{
    static DateTimeOffset Utc(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    static readonly WeeklyWindow Sunday = new([DayOfWeek.Sunday], new(2, 0), new(4, 0), "Europe/Berlin");

    [Theory]
    [InlineData("2026-11-22T00:59:59Z", false)]
    [InlineData("2026-11-22T01:00:00Z", true)]
    [InlineData("2026-11-22T02:59:59Z", true)]
    [InlineData("2026-11-22T03:00:00Z", false)]
    [InlineData("2026-11-23T01:30:00Z", false)]
    [InlineData("2026-07-05T00:30:00Z", true)]
    public void Window_IsOpen_OnTheLocalClock(string at, bool isOpen) => Assert.Equal(isOpen, Sunday.IsOpen(Utc(at)));

    [Theory]
    [InlineData("2026-11-20T22:30:00Z", true)]
    [InlineData("2026-11-21T03:59:00Z", true)]
    [InlineData("2026-11-21T04:00:00Z", false)]
    [InlineData("2026-11-21T22:30:00Z", false)]
    public void Window_PastMidnight_EndsOnTheNextDay(string at, bool isOpen) =>
        Assert.Equal(isOpen, new WeeklyWindow([DayOfWeek.Friday], new(22, 0), new(4, 0), "UTC").IsOpen(Utc(at)));

    [Fact]
    public void Windows_OverAChangeOfTheClock_StayOnTheLocalClock()
    {
        // In Berlin the clock goes from 2 to 3 on 2026-03-29, and from 3 back to 2 on 2026-10-25.
        var found = Sunday.After(Utc("2026-03-22T12:00:00Z")).Take(2).ToArray();
        Assert.Equal((Utc("2026-03-29T01:00:00Z"), Utc("2026-03-29T02:00:00Z")), found[0]);
        Assert.Equal((Utc("2026-04-05T00:00:00Z"), Utc("2026-04-05T02:00:00Z")), found[1]);
        Assert.Equal((Utc("2026-10-25T00:00:00Z"), Utc("2026-10-25T03:00:00Z")), Sunday.After(Utc("2026-10-24T12:00:00Z")).First());
        Assert.All(found, window => Assert.True(Sunday.IsOpen(window.From) && !Sunday.IsOpen(window.To)));
    }

    [Fact]
    public void WrongWindow_SaysWhatIsWrong()
    {
        var problems = new WeeklyWindow([], new(2, 0), new(4, 0), "Mars/Olympus").Check().Select(problem => problem.Field);
        Assert.Equal(["weekly.days", "weekly.timeZone"], problems);
    }
}
