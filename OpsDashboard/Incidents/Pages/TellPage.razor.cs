using Microsoft.AspNetCore.Components;
using OpsDashboard.Access;
using OpsDashboard.Incidents.Telling;

namespace OpsDashboard.Incidents.Pages;

/// <summary>What would be told of an incident, exactly, and to whom; nothing is told before Send.</summary>
public sealed partial class TellPage
{
    [Parameter] public required Guid Id { get; set; }
    [SupplyParameterFromQuery(Name = "template")] public string? Template { get; set; }
    [SupplyParameterFromQuery(Name = "service")] public string? ServiceText { get; set; }
    [SupplyParameterFromQuery(Name = "status")] public string? Status { get; set; }
    [SupplyParameterFromQuery(Name = "impact")] public string? Impact { get; set; }
    [SupplyParameterFromQuery(Name = "eta")] public string? Eta { get; set; }
    [SupplyParameterFromQuery(Name = "done")] public string? Done { get; set; }
    [SupplyParameterFromQuery(Name = "next")] public string? Next { get; set; }
    [SupplyParameterFromQuery(Name = "nextUpdateAt")] public string? NextUpdateAt { get; set; }
    [SupplyParameterFromQuery(Name = "said")] public string? Said { get; set; }
    [SupplyParameterFromQuery(Name = "problem")] public string? Problem { get; set; }
    [Inject] public required UpdateDesk Desk { get; set; }
    [Inject] public required IncidentDesk Incidents { get; set; }
    [Inject] public required Composer Composer { get; set; }
    [Inject] public required ICurrentActor Current { get; set; }

    readonly string key = $"{Guid.NewGuid():N}";
    Incident? incident;
    UpdatePreview? preview;
    IReadOnlyList<MessageTemplate> templates = [];
    string? refused;

    protected override async Task OnParametersSetAsync()
    {
        (incident, preview, refused) = (null, null, null);
        try
        {
            var actor = await Current.GetAsync();
            incident = await Incidents.FindAsync(actor, Id, CancellationToken.None);
            templates = Composer.Templates(incident.SystemId, TemplateKind.Incident);
            var fields = UpdateEndpoints.Given(("service", ServiceText), ("status", Status), ("impact", Impact), ("eta", Eta), ("done", Done), ("next", Next));
            preview = await Desk.PreviewAsync(actor, Id, new(Template, fields, UpdateEndpoints.Time(NextUpdateAt)), CancellationToken.None);
        }
        catch (Exception known) when (known is NotFoundException or InvalidInputException or AccessDeniedException)
        {
            refused = TellWords.Of(known);
        }
    }
}
