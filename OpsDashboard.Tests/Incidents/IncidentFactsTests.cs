using OpsDashboard.Alerts.Story;
using OpsDashboard.Incidents;
using OpsDashboard.Incidents.Leading;
using OpsDashboard.Incidents.Reading;
using OpsDashboard.Incidents.Timeline;
using Xunit;

namespace OpsDashboard.Tests.Incidents;

public sealed class IncidentFactsTests
{
    static readonly TimeSpan Quarter = TimeSpan.FromMinutes(15);

    readonly List<TimelineEntry> lines = [];
    Incident incident = AnIncident.Of();

    static DateTimeOffset At(double minutes) => AnIncident.At.AddMinutes(minutes);

    void Do(Func<Incident, Incident> step)
    {
        incident = step(incident);
        lines.AddRange(incident.News.Select(line => TimelineEntry.Of(Guid.CreateVersion7(line.At), incident.Id, line, line.At)));
        incident = incident with { News = [] };
    }

    IncidentFacts Facts(TimeSpan? within = null, params RankedChange[] changes) => IncidentFacts.Of(incident, lines, [], changes, _ => within, IncidentDocument.Usual.Pace);

    void Story()
    {
        Do(one => one.BeganSet("shop", At(-4), "users said so", AnIncident.Chief, At(0)));
        Do(one => one.Taken(IncidentRole.Commander, AnIncident.Ada, At(2)));
        Do(one => one.Told("we know", Quarter, AnIncident.Ada, At(10)));
        Do(one => one.Offered(IncidentRole.Commander, AnIncident.Ben.Id, AnIncident.Ben.Name, AnIncident.Ada, At(12)));
        Do(one => one.Accepted(IncidentRole.Commander, AnIncident.Ben, At(13)));
        Do(one => one.Moved(IncidentStatus.Mitigating, "rolling back", AnIncident.Ben, At(14)));
        Do(one => one.Told("still at it", Quarter, AnIncident.Ben, At(30)));
        Do(one => one.Resolved("rolled back", "", At(40), At(9999), AnIncident.Ben, At(41)));
    }

    [Fact]
    public void Facts_AreCountedFromTheStartOfTheImpact()
    {
        Story();
        var facts = Facts(TimeSpan.FromMinutes(30));
        Assert.Equal(
            (TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(6), TimeSpan.FromMinutes(18), TimeSpan.FromMinutes(44)),
            (facts.DetectedAfter, facts.AcknowledgedAfter!.Value, facts.MitigatedAfter!.Value, facts.RestoredAfter!.Value));
        Assert.False(Assert.Single(facts.Recoveries).IsMet);
        Assert.True(Facts(TimeSpan.FromMinutes(44)).Recoveries[0].IsMet);
        Assert.Null(Facts().Recoveries[0].IsMet);
    }

    [Fact]
    public void Updates_AreLateByTheirPace()
    {
        Story();
        // The second came 20 minutes after the first, of 15.
        Assert.Equal((2, 1), (Facts().Updates, Facts().LateUpdates));
        lines.Add(TimelineEntry.Of(Guid.CreateVersion7(), incident.Id, new(EntryKind.Told, At(39), "ops@example.com was told by email"), At(39)));
        Assert.Equal(2, Facts().Updates);
    }

    [Fact]
    public void Updates_FollowThePaceOfTheSeverity()
    {
        Do(one => one.Rated(IncidentSeverity.Low, "few are hit", TimeSpan.FromHours(4), AnIncident.Chief, At(1)));
        Do(one => one.Told("few are hit", TimeSpan.FromHours(4), AnIncident.Chief, At(14)));
        Do(one => one.Told("still few", TimeSpan.FromHours(4), AnIncident.Chief, At(200)));
        Do(one => one.Resolved("gone", "", At(209), At(9999), AnIncident.Chief, At(210)));
        Assert.Equal((2, 0), (Facts().Updates, Facts().LateUpdates));
    }

    [Fact]
    public void Roles_SayWhoHadWhichFromWhenToWhen()
    {
        Story();
        Assert.Equal([new RoleSpan(IncidentRole.Commander, "Ada", At(2), At(13)), new RoleSpan(IncidentRole.Commander, "Ben", At(13), null)], Facts().Roles);
    }

    [Fact]
    public void Gaps_AreSpansWithoutALine()
    {
        Story();
        Assert.Equal([(At(14), At(30)), (At(30), At(41))], Facts().Gaps.Select(gap => (gap.From, gap.Until)));
    }

    [Fact]
    public void LikelyChange_IsNoneWhereNoneIsNear()
    {
        Story();
        var change = new ChangeBefore(At(-9), "api 2.4 deployed", "Ben", "deployment", true);
        Assert.Null(Facts(null, new RankedChange(change, 0.2)).LikelyChange);
        Assert.Equal(change, Facts(null, new RankedChange(change, 0.9)).LikelyChange!.Change);
    }

    [Fact]
    public void Markdown_HasTheWholeStory_AndNoMarkupOfPeople()
    {
        Story();
        Do(one => one.Noted(EntryKind.Note, "<img src=x onerror=alert(1)> [click](https://evil.example) # *hot*", AnIncident.Ada, At(41)));
        incident = incident with { Review = incident.Review!.With(new("# not a heading\n- not a list\n\n1. nor this", "`x` | y")) };
        var text = ReviewMarkdown.Of(new(incident, Facts(), lines));
        Assert.Contains("\\# not a heading\\\n\\- not a list\n\n1\\. nor this", text, StringComparison.Ordinal);
        Assert.Contains("\\<img src\\=x onerror\\=alert\\(1\\)\\> \\[click\\]\\(https\\://evil\\.example\\) \\# \\*hot\\*", text, StringComparison.Ordinal);
        // As a reader of Markdown that lets HTML through would show it.
        Assert.DoesNotContain("<img", Markdig.Markdown.ToHtml(text), StringComparison.Ordinal);
        Assert.Contains("*Not written yet.*", text, StringComparison.Ordinal);
    }

    [Fact]
    public void MarkdownText_LeavesNoMeaningUnescaped()
    {
        var random = new Random(42);
        for (var round = 0; round < 500; round++)
        {
            var text = new string([.. Enumerable.Range(0, 60).Select(_ => (char)random.Next(9, 127))]);
            foreach (var escaped in new[] { MarkdownText.Inline(text), MarkdownText.Block(text) })
            {
                var bare = escaped.Replace("\\\n", "", StringComparison.Ordinal).Replace("\n\n", "", StringComparison.Ordinal);
                Assert.DoesNotMatch(@"^(?:[^\\]|\\.)*?(?<!\\)[`*_{}\[\]<>()#+\-.!|~&:@=^$]", System.Text.RegularExpressions.Regex.Replace(bare, @"\\.", ""));
            }
        }
    }
}
