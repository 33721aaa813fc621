using Microsoft.AspNetCore.Components;
using OpsDashboard.Access;
using OpsDashboard.Alerts.Silences;
using OpsDashboard.Audit;
using OpsDashboard.Metrics;
using OpsDashboard.Ui;

namespace OpsDashboard.Alerts.Pages;

public sealed partial class NewSilence
{
    const int Offered = 50, Shown = 12;

    static readonly (SilenceKind Kind, string Text)[] Kinds =
        [(SilenceKind.Silence, "Silence: nobody is told; health stays as it is"), (SilenceKind.Maintenance, "Maintenance window: announced work; what it covers shows as maintenance")];

    static readonly IReadOnlyList<string> Zones = ["UTC", "Europe/Berlin", "Europe/London", "America/New_York", "America/Los_Angeles", "Asia/Tokyo"];

    [Parameter, EditorRequired] public required Actor Actor { get; set; }
    /// <summary>Open alerts to begin with.</summary>
    [Parameter, EditorRequired] public required IReadOnlyList<Alert> Open { get; set; }
    /// <summary>Matchers to begin with, one a line.</summary>
    [Parameter] public string? Matcher { get; set; }
    [Parameter] public EventCallback OnCreated { get; set; }

    [Inject] public required SilenceBook Silences { get; set; }
    [Inject] public required TimeProvider Clock { get; set; }
    [Inject] public required Browser Browser { get; set; }

    SilenceDraft draft = new();
    string? begun;
    SilencePreview? preview;
    IReadOnlyList<FieldProblem> problems = [];
    bool isBusy;

    string Duration { get => draft.Duration; set => draft.Duration = value; }
    string Reason { get => draft.Reason; set => draft.Reason = value; }
    DateTime? Starts { get => draft.Starts; set => draft.Starts = value; }
    TimeOnly From { get => draft.From; set => draft.From = value; }
    TimeOnly To { get => draft.To; set => draft.To = value; }
    string TimeZone { get => draft.TimeZone; set => draft.TimeZone = value; }

    protected override void OnParametersSet()
    {
        if (begun == Matcher || Matcher is null)
            return;
        begun = Matcher;
        Match(Matcher);
    }

    // As narrow as the alert: a wider silence is written on purpose.
    void Take(string? id)
    {
        if (Open.FirstOrDefault(alert => alert.Id.ToString() == id) is { } alert)
            Match(string.Join('\n', new[] { "alertname", "system", "component" }.Where(name => alert.Labels[name] is not null).Select(name => MatcherText.Write(new LabelMatcher(name, MatchKind.Equal, alert.Labels[name]!)))));
    }

    void Match(string? matchers)
    {
        draft.Matchers = matchers ?? "";
        Preview();
    }

    void Choose(DayOfWeek day, bool isOn)
    {
        if (isOn)
            draft.Days.Add(day);
        else
            draft.Days.Remove(day);
    }

    void Preview()
    {
        (problems, preview) = ([], null);
        if (draft.IsEmpty)
            return;
        try
        {
            preview = Silences.Preview(Actor, draft.Read(Clock.GetUtcNow()));
        }
        catch (InvalidInputException wrong)
        {
            problems = wrong.Problems;
        }
    }

    async Task CreateAsync()
    {
        (isBusy, problems) = (true, []);
        try
        {
            await Silences.CreateAsync(Actor, draft.Read(Clock.GetUtcNow()), CancellationToken.None);
            (draft, preview) = (new(), null);
            await Browser.ForgetDraftsAsync();
            await Browser.ToastAsync("Silenced");
            await OnCreated.InvokeAsync();
        }
        catch (InvalidInputException wrong)
        {
            problems = wrong.Problems;
        }
        catch (AccessDeniedException denied)
        {
            problems = [new("", denied.Message)];
        }
        isBusy = false;
    }

    string? ProblemOf(string field)
    {
        string[] own = ["matchers", "endsAt", "reason", "startsAt", "weekly"];
        var found = problems.Where(problem => field.Length > 0 ? Concerns(problem, field) : !own.Any(name => Concerns(problem, name))).ToArray();
        return found.Length == 0 ? null : string.Join(" ", found.Select(problem => problem.Message));
    }

    static bool Concerns(FieldProblem problem, string field) => problem.Field == field || problem.Field.StartsWith($"{field}.", StringComparison.Ordinal) || problem.Field.StartsWith($"{field}[", StringComparison.Ordinal);

    static string Would(SilencePreview preview) => (preview.Alerts.Count + preview.Others) switch
    {
        0 => "Matches no open alert now.",
        var count => $"Would silence {count} open alert{(count == 1 ? "" : "s")} now{(preview.Others > 0 ? $", {preview.Others} of them of systems that you may not see" : "")}.",
    };
}
