using Microsoft.AspNetCore.Components;
using OpsDashboard.Ui;

namespace OpsDashboard.Incidents.Pages;

/// <summary>A part of the incident's page: its forms post to the incident, each with a key that makes it safe to send twice.</summary>
public abstract class IncidentPart : ComponentBase
{
    [Parameter, EditorRequired] public required Incident Incident { get; set; }

    /// <summary>What the viewer may do.</summary>
    [Parameter, EditorRequired] public required IncidentRights Rights { get; set; }

    protected string Address(string verb, string more = "") => Urls.With($"{IncidentUrls.Incident(Incident.Id)}/{verb}", ("key", $"{Rights.Key}-{verb}{more}"));

    /// <summary>An instant as a field of the kind datetime-local takes it, in UTC.</summary>
    protected static string Field(DateTimeOffset? at) => at is { } instant ? instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture) : "";
}

/// <param name="Me">Id of the viewer.</param>
/// <param name="MayHandle">Notes, tasks, ticks, roles.</param>
/// <param name="MayCommand">The command buttons.</param>
/// <param name="MayTell">Updates.</param>
/// <param name="Key">Another one for each state of the page.</param>
public sealed record IncidentRights(string Me, bool MayHandle, bool MayCommand, bool MayTell, string Key);
