using Microsoft.AspNetCore.Components;
using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue.Adding;
using OpsDashboard.Catalogue.Overlays;
using OpsDashboard.Catalogue.Reading;
using OpsDashboard.Ui;

namespace OpsDashboard.Catalogue.Pages;

public sealed partial class AddTargetPage
{
    readonly TargetDraft draft = new();
    Actor actor = Actor.Stranger(null);
    IReadOnlyList<MonitoredSystem> systems = [];
    IReadOnlyDictionary<string, string> fields = new Dictionary<string, string>();
    IReadOnlyList<FieldProblem> problems = [];
    string yaml = "";
    bool isBusy;
    TrialOutcome? outcome;

    /// <summary>The system to begin with; null for a new one.</summary>
    [SupplyParameterFromQuery] public string? System { get; set; }

    [Inject] public required ICatalogue Catalogue { get; set; }
    [Inject] public required CatalogueReader Reader { get; set; }
    [Inject] public required CatalogueEditor Editor { get; set; }
    [Inject] public required ITargetTrial Trial { get; set; }
    [Inject] public required ICurrentActor Current { get; set; }
    [Inject] public required NavigationManager Navigation { get; set; }
    [Inject] public required Browser Browser { get; set; }

    MonitoredSystem? Chosen => systems.FirstOrDefault(system => system.Id == draft.SystemId);

    string KindHelp => draft.Kind switch
    {
        "prometheus" => "Scrapes /metrics in Prometheus' text format, as every exporter serves it.",
        "http" => "Asks a URL; it is up when the answer's status is below 400.",
        "tcp" => "Connects to a port.",
        "json" => "Turns figures of a JSON document into metrics.",
        "postgres" => "Reads a PostgreSQL server; the password comes from password_env or password_file.",
        "redis" => "Reads a Redis server; the password comes from password_env or password_file.",
        "sql" => "Turns the rows of one query into metrics.",
        "host" => "This machine itself.",
        _ => "See the README for its keys.",
    };

    protected override async Task OnInitializedAsync()
    {
        actor = await Current.GetAsync();
        systems = [.. Catalogue.Current.Systems.Where(system => actor.May(Permission.ReadCatalogue, system.Id)).OrderBy(system => system.Name)];
        draft.SystemId = systems.Any(system => system.Id == System) ? System! : "";
        Changed();
    }

    string? Problem(string field) => fields.GetValueOrDefault(field);

    void Changed()
    {
        if (Chosen is { } system && system.Components.All(component => component.Id != draft.ComponentId) && draft.ComponentId.Length > 0)
            draft.ComponentId = "";
        (yaml, outcome, problems, fields) = (draft.JobYaml(), null, [], new Dictionary<string, string>());
    }

    async Task TestAsync()
    {
        var tried = draft.ForTrial();
        if (Propose(tried) is not { } edits)
            return;
        isBusy = true;
        StateHasChanged();
        try
        {
            actor = await Current.GetAsync();
            if (FindTarget(tried, edits) is { } target)
                outcome = await Trial.TryAsync(actor, target, CancellationToken.None);
        }
        catch (AccessDeniedException denied)
        {
            problems = [new("", denied.Message)];
        }
        isBusy = false;
    }

    async Task SaveAsync()
    {
        if (Propose(draft) is not { } edits)
            return;
        isBusy = true;
        try
        {
            actor = await Current.GetAsync();
            await Editor.SaveAsync(actor, edits, CancellationToken.None);
            await Browser.ForgetDraftsAsync();
            await Browser.ToastAsync("Saved. It is collected from now on.");
            Navigation.NavigateTo(Urls.System(draft.EffectiveSystemId));
        }
        catch (InvalidInputException invalid)
        {
            problems = invalid.Problems;
        }
        catch (Exception error) when (error is AccessDeniedException or StaleVersionException)
        {
            problems = [new("", error.Message)];
        }
        isBusy = false;
    }

    IReadOnlyList<DocumentEdit>? Propose(TargetDraft proposed)
    {
        (outcome, problems, fields) = (null, [], proposed.Problems());
        if (fields.Count > 0)
            return null;
        var faults = new List<CatalogueProblem>();
        if (YamlText.Parse(yaml, "entry", faults) is null)
        {
            problems = [.. faults.Select(fault => new FieldProblem($"line {fault.Line}", $"{fault.Message} {fault.Remedy}"))];
            return null;
        }
        try
        {
            return proposed.Edits(Editor.Sources, yaml);
        }
        catch (InvalidInputException broken)
        {
            problems = broken.Problems;
            return null;
        }
    }

    // The target is read from the documents as they would be saved, so that what is tested is what will be collected.
    Target? FindTarget(TargetDraft proposed, IReadOnlyList<DocumentEdit> edits)
    {
        var known = Catalogue.Current.Systems.SelectMany(system => system.Targets).Select(target => target.Id).ToHashSet();
        var reading = Editor.Preview([.. edits.Select(edit => (edit.Path, edit.Text))]);
        var target = reading.Systems.FirstOrDefault(system => system.Id == proposed.EffectiveSystemId)?.Targets.FirstOrDefault(target => !known.Contains(target.Id));
        problems = [.. reading.Problems.Where(problem => !problem.IsWarning && problem.File.StartsWith($"{proposed.EffectiveSystemId}/", StringComparison.Ordinal))
            .Select(problem => new FieldProblem($"{problem.File}:{problem.Line}", $"{problem.Message} {problem.Remedy}"))];
        if (target is null && problems.Count == 0)
            problems = [new("", "This entry names no address that is not collected already.")];
        return target;
    }
}
