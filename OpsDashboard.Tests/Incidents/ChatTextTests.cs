using OpsDashboard.Incidents.Timeline;
using Xunit;

namespace OpsDashboard.Tests.Incidents;

public sealed class ChatTextTests
{
    static readonly DateTimeOffset Now = new(2026, 11, 28, 4, 0, 0, TimeSpan.Zero), Opened = Now.AddHours(-1);

    [Theory]
    [InlineData("03:12 Ana: rolled back", "03:12:00|Ana|rolled back")]
    [InlineData("[03:12:05] Ana B.: rolled back", "03:12:05|Ana B.|rolled back")]
    [InlineData("2026-11-28 03:12:05 <ana> done", "03:12:05||<ana> done")]
    [InlineData("2026-11-28T03:12:05Z ana: done", "03:12:05|ana|done")]
    [InlineData("Ana [3:12 AM]\nrolled back\nlooks better", "03:12:00|Ana|rolled back\nlooks better")]
    [InlineData("03:12 <script>alert(1)</script>", "03:12:00||<script>alert(1)</script>")]
    [InlineData("03:12 first\nmore\n03:13 second", "03:12:00||first\nmore;03:13:00||second")]
    [InlineData("no time at all\n25:99 Ana: never", "")]
    public void Chat_IsTakenApart_TextStaysText(string chat, string expected) =>
        Assert.Equal(expected, string.Join(';', ChatText.Parse(chat, Opened, Now).Select(line => $"{line.At:HH:mm:ss}|{line.Who}|{line.Text}")));

    [Fact]
    public void Time_BehindNow_IsOfTheDayBefore_WhereTheIncidentBeganThen()
    {
        var opened = new DateTimeOffset(2026, 11, 27, 23, 0, 0, TimeSpan.Zero);
        Assert.Equal(opened.AddMinutes(50), Assert.Single(ChatText.Parse("23:50 Ana: it is down", opened, Now)).At);
    }

    [Fact]
    public void Chat_Endless_IsCut() => Assert.Equal(ChatText.MostLines, ChatText.Parse(string.Concat(Enumerable.Repeat("03:12 Ana: again\n", 2000)), Opened, Now).Count);
}
