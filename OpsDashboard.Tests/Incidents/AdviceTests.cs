using OpsDashboard.Incidents;
using OpsDashboard.Incidents.Leading;
using OpsDashboard.Incidents.Reading;
using OpsDashboard.Tests.Alerts;
using Xunit;
using static OpsDashboard.Tests.Incidents.AnIncident;

namespace OpsDashboard.Tests.Incidents;

public sealed class AdviceTests
{
    static readonly IncidentDocument Document = IncidentText.Read(IncidentText.Valid).Systems[0].Document<IncidentDocument>()!;
    static readonly RankedRunbook[] Runbooks = [new("weak", "Look at logs", "runbooks/shop.weak", 0.2, "never run"), new("strong", "Restart", "runbooks/shop.strong", 0.8, "worked 4 of 5")];

    static DateTimeOffset After(double minutes) => At + TimeSpan.FromMinutes(minutes);

    static IReadOnlyList<string> Keys(Incident incident, double minutes) => [.. Advice.Of(incident, Document, [], Runbooks, After(minutes)).Select(proposal => proposal.Key)];

    [Fact]
    public void Order_IsOverdueUpdate_Role_Runbook_Phase_NextUpdate()
    {
        var incident = Of();
        Assert.Equal(["role/Commander", "role/Scribe", "runbook/strong", "runbook/weak", "phase/Assess/Look", "phase/Assess/Say who is hit", "phase/Close/Tell users", "update"], Keys(incident, 1));
        Assert.Equal("update", Keys(incident, 10)[0]);
        incident = incident.Taken(IncidentRole.Commander, Ada, After(1)).Taken(IncidentRole.Scribe, Ben, After(1));
        Assert.Equal("runbook/strong", Keys(incident, 2)[0]);
        Assert.Equal("update", Keys(incident, 11)[0]);
        Assert.Equal("runbook/strong", Keys(incident.Told("told", TimeSpan.FromMinutes(10), Ada, After(11)), 12)[0]);
    }

    [Fact]
    public void PutOff_IsProposedAgain_AfterAWhile()
    {
        var incident = Of().Taken(IncidentRole.Commander, Ada, At).Taken(IncidentRole.Scribe, Ben, At).PutOff("runbook/strong", "Restart", "the vendor works on it", Ada, After(1));
        Assert.Contains(incident.News, line => line.Text == "Not now: Restart, because the vendor works on it");
        Assert.Equal("runbook/weak", Keys(incident, 2)[0]);
        Assert.Contains("runbook/strong", Keys(incident, 17));
    }

    [Fact]
    public void AllGreen_ProposesTheEnd_AndNoFurtherTry()
    {
        var alert = AnAlert.Of("Down");
        var incident = Of(alert).Taken(IncidentRole.Commander, Ada, At).Taken(IncidentRole.Scribe, Ben, At).AlertResolved(alert.Id, After(3));
        Assert.DoesNotContain("resolve", Keys(incident, 3.5));
        Assert.Equal("resolve", Keys(incident, 4)[0]);
        Assert.DoesNotContain(Keys(incident, 4), key => key.StartsWith("runbook/", StringComparison.Ordinal));
    }

    [Fact]
    public void OverIncident_ProposesNothing() =>
        Assert.Empty(Keys(Of().Resolved("over", "", After(1), After(100), Ada, After(2)), 3));
}
