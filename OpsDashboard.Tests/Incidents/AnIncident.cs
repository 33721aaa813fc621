using OpsDashboard.Audit;
using OpsDashboard.Incidents;
using OpsDashboard.Incidents.Reading;
using OpsDashboard.Tests.Testing;

namespace OpsDashboard.Tests.Incidents;

/// <summary>An open incident to begin with.</summary>
static class AnIncident
{
    public static readonly DateTimeOffset At = FakeTimeProvider.DefaultStart;

    public static readonly Actor Ada = Person("ada", Role.Responder), Ben = Person("ben", Role.Responder), Chief = Person("chief", Role.Commander);

    public static Incident Of(OpsDashboard.Alerts.Alert? alert = null, IncidentSeverity severity = IncidentSeverity.Critical, long number = 1, string yaml = IncidentText.Valid)
    {
        var system = IncidentText.Read(yaml).Systems[0];
        var document = system.Document<IncidentDocument>()!;
        return IncidentDesk.Opened(new(number, system, severity, "Shop is down", "api"), document, document.Template("outage"), alert, null, Actor.Program, At) with { News = [] };
    }

    static Actor Person(string name, Role role) => new(name, char.ToUpperInvariant(name[0]) + name[1..], ActorKind.Person, [new(role, "shop")]);
}
