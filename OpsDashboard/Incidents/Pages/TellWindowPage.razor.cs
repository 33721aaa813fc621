using Microsoft.AspNetCore.Components;
using OpsDashboard.Access;
using OpsDashboard.Alerts.Silences;
using OpsDashboard.Incidents.Telling;

namespace OpsDashboard.Incidents.Pages;

/// <summary>What would be told of a maintenance window, exactly, and to whom.</summary>
public sealed partial class TellWindowPage
{
    [Parameter] public required Guid Id { get; set; }
    [SupplyParameterFromQuery(Name = "template")] public string? Template { get; set; }
    [SupplyParameterFromQuery(Name = "duration")] public string? Duration { get; set; }
    [SupplyParameterFromQuery(Name = "services")] public string? Affected { get; set; }
    [SupplyParameterFromQuery(Name = "reason")] public string? Reason { get; set; }
    [SupplyParameterFromQuery(Name = "rollback")] public string? Rollback { get; set; }
    [SupplyParameterFromQuery(Name = "said")] public string? Said { get; set; }
    [SupplyParameterFromQuery(Name = "problem")] public string? Problem { get; set; }
    [Inject] public required UpdateDesk Desk { get; set; }
    [Inject] public required Composer Composer { get; set; }
    [Inject] public required ICurrentActor Current { get; set; }

    readonly string key = $"{Guid.NewGuid():N}";
    Silence? window;
    UpdatePreview? preview;
    IReadOnlyList<MessageTemplate> templates = [];
    string? refused;

    protected override async Task OnParametersSetAsync()
    {
        (window, preview, refused) = (null, null, null);
        try
        {
            var actor = await Current.GetAsync();
            (window, preview) = await Desk.PreviewWindowAsync(actor, Id, new(Template, UpdateEndpoints.Given(("duration", Duration), ("services", Affected), ("reason", Reason), ("rollback", Rollback))), CancellationToken.None);
            templates = Composer.Templates(window.SystemId!, TemplateKind.Maintenance);
        }
        catch (Exception known) when (known is NotFoundException or InvalidInputException or AccessDeniedException)
        {
            refused = TellWords.Of(known);
        }
    }
}
