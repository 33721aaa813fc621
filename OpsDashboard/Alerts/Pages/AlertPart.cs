using Microsoft.AspNetCore.Components;
using OpsDashboard.Access;
using OpsDashboard.Alerts.Handling;
using OpsDashboard.Audit;

namespace OpsDashboard.Alerts.Pages;

/// <summary>A panel of the alert's page that reads something of its own: anew when the page says that something changed, not at each rendering.</summary>
public abstract class AlertPart : ComponentBase
{
    (Guid Alert, long Revision)? read;

    [Parameter, EditorRequired] public required HandledAlert One { get; set; }

    /// <summary>Rises when something that is stored changed.</summary>
    [Parameter, EditorRequired] public required long Revision { get; set; }
    [Inject] public required ICurrentActor Current { get; set; }

    protected Alert Alert => One.Alert;

    protected abstract Task ReadAsync(Actor actor);

    protected override async Task OnParametersSetAsync()
    {
        if (read == (Alert.Id, Revision))
            return;
        read = (Alert.Id, Revision);
        await ReadAsync(await Current.GetAsync());
    }
}
