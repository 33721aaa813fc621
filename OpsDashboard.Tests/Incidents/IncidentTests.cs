using OpsDashboard.Alerts;
using OpsDashboard.Incidents;
using OpsDashboard.Tests.Alerts;
using Xunit;
using static OpsDashboard.Tests.Incidents.AnIncident;

namespace OpsDashboard.Tests.Incidents;

public sealed class IncidentTests
{
    static DateTimeOffset After(double minutes) => At + TimeSpan.FromMinutes(minutes);

    static Alert Alert(string name, double began = 0, string severity = "critical", string system = "shop") =>
        AnAlert.Of(name, system, "api", severity) with { Id = Guid.NewGuid(), ActiveAt = After(began), FiredAt = After(began) };

    [Fact]
    public void Clock_RunsFromTheFirstFailedSample_UntilNothingCriticalFires()
    {
        var (down, slow, lingering) = (Alert("Down", -2), Alert("Slow", 1), Alert("Warm", 2, "warning"));
        var incident = Of(down).Joined(slow, After(1)).Joined(lingering, After(2));
        Assert.Equal(After(-2), incident.ImpactBeganAt);
        incident = incident.AlertResolved(down.Id, After(5));
        Assert.Null(incident.RestoredAt);
        incident = incident.AlertResolved(slow.Id, After(9));
        Assert.Equal(After(9), incident.RestoredAt);
        Assert.Equal(TimeSpan.FromMinutes(11), incident.Clocks[0].Took(After(60)));
    }

    [Fact]
    public void Clock_OfAlertThatComesBack_RunsOn()
    {
        var first = Alert("Down");
        var incident = Of(first).AlertResolved(first.Id, After(3));
        Assert.Equal(After(3), incident.RestoredAt);
        incident = incident.Joined(Alert("Down", 4), After(4));
        Assert.Null(incident.RestoredAt);
        Assert.Equal(At, incident.ImpactBeganAt);
    }

    [Fact]
    public void Clocks_OfTwoSystems_AreTwo_AndRestoredWhenBothAre()
    {
        var (here, there) = (Alert("Down"), Alert("Down", 1, "critical", "other"));
        var incident = Of(here).Joined(there, After(1)).AlertResolved(here.Id, After(2));
        Assert.Equal(["shop", "other"], incident.Systems);
        Assert.Null(incident.RestoredAt);
        Assert.Equal(After(6), incident.AlertResolved(there.Id, After(6)).RestoredAt);
    }

    [Fact]
    public void Alert_Twice_JoinsOnce_AndBeyondTheMostIsCounted()
    {
        var one = Alert("Down");
        var incident = Of(one);
        Assert.Same(incident, incident.Joined(one, At));
        for (var i = 0; i < Incident.MostAlerts + 5; i++)
            incident = incident.Joined(Alert($"A{i}"), At);
        Assert.Equal((Incident.MostAlerts, 6), (incident.Alerts.Count, incident.MoreAlerts));
    }

    [Fact]
    public void Role_GoesOverOnlyWhenAccepted()
    {
        var incident = Of().Taken(IncidentRole.Commander, Ada, After(1));
        Assert.Equal(After(1), incident.AcknowledgedAt);
        Assert.Throws<IncidentStateException>(() => incident.Taken(IncidentRole.Commander, Ben, After(2)));
        incident = incident.Offered(IncidentRole.Commander, "ben", "Ben", Ada, After(2));
        Assert.True(incident.IsCommandedBy("ada"));
        Assert.Throws<IncidentStateException>(() => incident.Accepted(IncidentRole.Commander, Chief, After(3)));
        incident = incident.Accepted(IncidentRole.Commander, Ben, After(3));
        Assert.True(incident.IsCommandedBy("ben"));
        Assert.Empty(incident.Offers);
        Assert.Contains(incident.News, line => line.Text == "Ben took over from Ada as commander (accepted)");
        Assert.Throws<IncidentStateException>(() => incident.Accepted(IncidentRole.Commander, Ben, After(4)));
    }

    [Fact]
    public void Responders_AreMany()
    {
        var incident = Of().Taken(IncidentRole.Responder, Ada, At).Taken(IncidentRole.Responder, Ben, At);
        Assert.Equal(["ada", "ben"], incident.Roles.Select(holder => holder.PersonId));
        Assert.Equal(["ben"], incident.Left(IncidentRole.Responder, Ada, At).Roles.Select(holder => holder.PersonId));
    }

    [Fact]
    public void Status_MovesWithItsNote_AndNothingMovesAfterTheEnd()
    {
        var incident = Of(Alert("Down")).Moved(IncidentStatus.Mitigating, "restarting", Ada, After(1));
        Assert.Throws<IncidentStateException>(() => incident.Moved(IncidentStatus.Mitigating, "again", Ada, After(1)));
        Assert.Throws<IncidentStateException>(() => incident.Moved(IncidentStatus.Resolved, "over", Ada, After(1)));
        Assert.Throws<IncidentStateException>(() => incident.Resolved("over", "", After(-1), After(100), Ada, After(5)));
        Assert.Throws<IncidentStateException>(() => incident.Resolved("over", "", After(6), After(100), Ada, After(5)));
        incident = incident.Resolved("restart helped", "", After(4), After(100), Ada, After(5));
        Assert.Equal((false, null, After(4), "Ada"), (incident.IsOpen, incident.UpdateDueAt, incident.RestoredAt, incident.Review!.OwnerName));
        Assert.Throws<IncidentStateException>(() => incident.Taken(IncidentRole.Scribe, Ben, After(6)));
        Assert.Throws<IncidentStateException>(() => incident.Moved(IncidentStatus.Mitigating, "no", Ben, After(6)));
        incident = incident.Reopened("it is back", TimeSpan.FromMinutes(10), Ben, After(6));
        Assert.Equal((true, (DateTimeOffset?)After(16), null), (incident.IsOpen, incident.UpdateDueAt, incident.RestoredAt));
    }

    [Fact]
    public void Merge_IntoItself_IsRefused_IntoAnother_TakesAlertsClocksAndTasks()
    {
        var (one, two) = (Of(Alert("Down", -5)), Of(Alert("Slow", 1, "critical", "other"), number: 2));
        one = one.TaskAdded(new(Guid.NewGuid(), "call the vendor", null, null, At), Ada, At);
        Assert.Throws<IncidentStateException>(() => one.MergedInto(one, "same", Ada, At));
        var merged = one.MergedInto(two, "same cause", Ada, At);
        var absorbed = two.Absorbed(merged, "same cause", Ada, At);
        Assert.Equal(("INC-2", false), (merged.MergedIntoName, merged.IsOpen));
        Assert.Equal(["Slow", "Down"], absorbed.Alerts.Select(alert => alert.Name));
        Assert.Equal(After(-5), absorbed.ImpactBeganAt);
        Assert.Equal(["call the vendor"], absorbed.Tasks.Select(task => task.Text));
        Assert.Throws<IncidentStateException>(() => merged.Moved(IncidentStatus.Mitigating, "no", Ada, At));
        Assert.Throws<IncidentStateException>(() => merged.Reopened("no", TimeSpan.FromHours(1), Ada, At));
    }

    [Fact]
    public void Severity_Worse_BringsTheNextUpdateNearer_NeverFarther()
    {
        var incident = Of(severity: IncidentSeverity.Low);
        Assert.Equal(After(240), incident.UpdateDueAt);
        incident = incident.Rated(IncidentSeverity.Critical, "all are out", TimeSpan.FromMinutes(10), Ada, After(5));
        Assert.Equal(After(15), incident.UpdateDueAt);
        Assert.Equal(After(15), incident.Rated(IncidentSeverity.Low, "most are back", TimeSpan.FromHours(4), Ada, After(6)).UpdateDueAt);
    }

    [Fact]
    public void Phases_AreTicked_AndUnticked_AndUnknownStepsRefused()
    {
        var incident = Of().Ticked("Assess", "Look", true, Ada, After(1));
        Assert.Equal(("Ada", (DateTimeOffset?)After(1)), (incident.Phases[0].Steps[0].DoneByName, incident.Phases[0].Steps[0].DoneAt));
        Assert.Same(incident, incident.Ticked("Assess", "Look", true, Ben, After(2)));
        Assert.False(incident.Ticked("Assess", "Look", false, Ben, After(3)).Phases[0].Steps[0].IsDone);
        Assert.Throws<IncidentStateException>(() => incident.Ticked("Assess", "Dance", true, Ada, At));
    }

    [Fact]
    public void Began_Moved_ChangesTheClock_ButNotIntoTheFutureOrBehindTheEnd()
    {
        var alert = Alert("Down");
        var incident = Of(alert).BeganSet("shop", After(-20), "users wrote before the probe saw it", Ada, After(1));
        Assert.Equal(After(-20), incident.ImpactBeganAt);
        Assert.Throws<IncidentStateException>(() => incident.BeganSet("shop", After(2), "no", Ada, After(1)));
        Assert.Throws<IncidentStateException>(() => incident.BeganSet("other", After(-2), "no", Ada, After(1)));
        Assert.Throws<IncidentStateException>(() => incident.AlertResolved(alert.Id, After(3)).BeganSet("shop", After(4), "no", Ada, After(5)));
    }
}
