using System.Globalization;
using Microsoft.AspNetCore.Components;
using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Objectives.Entries;

namespace OpsDashboard.Objectives.Pages;

public sealed partial class EnteredFiguresPanel
{
    const int MostShown = 40;

    [Inject] public required EnteredFigures Figures { get; set; }
    [Inject] public required ICurrentActor Current { get; set; }

    /// <summary>Those whose figures are shown and can be entered.</summary>
    [Parameter, EditorRequired] public required IReadOnlyList<MonitoredSystem> Systems { get; set; }

    /// <summary>Called after something was entered or corrected.</summary>
    [Parameter] public EventCallback OnChanged { get; set; }

    Actor actor = Actor.Stranger(null);
    IReadOnlyList<EnteredFigure> shown = [];
    IReadOnlyList<Choice> choices = [];
    IReadOnlyList<FieldProblem> problems = [];
    EnteredFigure? correcting;
    bool isOpen;
    string? chosen, value, day, source, note;

    sealed record Choice(MonitoredSystem System, Kpi Kpi)
    {
        public string Key => $"{System.Id}/{Kpi.Id}";
    }

    protected override async Task OnParametersSetAsync()
    {
        actor = await Current.GetAsync();
        choices = [.. from system in Systems where actor.May(Permission.EnterFigures, system.Id) from kpi in Figures.KpisOf(system) select new Choice(system, kpi)];
        chosen ??= choices.Count > 0 ? choices[0].Key : null;
        await ReadAsync();
    }

    async Task ReadAsync()
    {
        var ids = Systems.Select(system => system.Id).ToHashSet();
        shown = Systems.Count == 0 ? [] : [.. (await Figures.ListAsync(actor, Systems.Count == 1 ? Systems[0].Id : null, MostShown, CancellationToken.None)).Where(figure => ids.Contains(figure.SystemId))];
    }

    Kpi? KpiOf(EnteredFigure figure) => Systems.FirstOrDefault(system => system.Id == figure.SystemId)?.Document<KpiDocument>()?.Kpis.FirstOrDefault(kpi => kpi.Id == figure.KpiId);

    bool IsLatest(EnteredFigure figure) =>
        shown.All(other => (other.SystemId, other.KpiId, other.Day) != (figure.SystemId, figure.KpiId, figure.Day) || other.Revision <= figure.Revision);

    void Correct(EnteredFigure figure)
    {
        (correcting, problems) = (figure, []);
        (value, source, note) = (Text(figure.Value), figure.Source, figure.Note);
    }

    void Clear() => (correcting, problems, value, day, source, note) = (null, [], null, null, null, null);

    async Task SaveAsync()
    {
        isOpen = true;
        try
        {
            // Read again: a grant may have gone since the page was drawn.
            actor = await Current.GetAsync();
            double? number = double.TryParse(value?.Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed) ? parsed : null;
            if (correcting is not null)
                await Figures.CorrectAsync(actor, correcting.Id, new(number, source, note), CancellationToken.None);
            else
                await Figures.EnterAsync(actor, new(chosen?.Split('/')[0], chosen?.Split('/')[^1], number, day, source, note), CancellationToken.None);
            Clear();
            await ReadAsync();
            await OnChanged.InvokeAsync();
        }
        catch (InvalidInputException invalid)
        {
            problems = invalid.Problems;
        }
        catch (Exception refusal) when (refusal is AccessDeniedException or StaleVersionException or NotFoundException)
        {
            problems = [new("", refusal.Message)];
        }
    }

    string? Of(params string[] fields) => problems.FirstOrDefault(problem => fields.Contains(problem.Field)) is { Message: { Length: > 0 } message } ? char.ToUpperInvariant(message[0]) + message[1..] : null;

    static string Text(double number) => number.ToString("0.####", CultureInfo.InvariantCulture);
}
