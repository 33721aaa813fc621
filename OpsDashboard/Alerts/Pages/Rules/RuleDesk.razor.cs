using Microsoft.AspNetCore.Components;
using OpsDashboard.Access;
using OpsDashboard.Alerts.Editing;
using OpsDashboard.Alerts.Evaluation;
using OpsDashboard.Alerts.Routing;
using OpsDashboard.Alerts.Trials;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.Charts;
using OpsDashboard.Metrics.Pages;
using OpsDashboard.Metrics.PromQl;
using OpsDashboard.Ui;

namespace OpsDashboard.Alerts.Pages.Rules;

/// <summary>
/// The chart of what a rule measures and the form that changes it. Whatever is typed is tried on the last week at once; nothing counts until it is saved.
/// </summary>
public sealed partial class RuleDesk : IAsyncDisposable
{
    const int MostOffered = 1_000;

    static readonly TimeSpan Day = TimeSpan.FromDays(1), Week = TimeSpan.FromDays(7);

    [Parameter, EditorRequired] public required string SystemId { get; set; }
    /// <summary>Null: a new one.</summary>
    [Parameter] public AlertRule? Rule { get; set; }
    [Parameter, EditorRequired] public required Actor Actor { get; set; }
    /// <summary>Called with the rule's name once it is saved.</summary>
    [Parameter] public EventCallback<string> OnSaved { get; set; }
    /// <summary>Beside the chart, below the form.</summary>
    [Parameter] public RenderFragment? ChildContent { get; set; }
    /// <summary>Below the chart.</summary>
    [Parameter] public RenderFragment? Below { get; set; }

    [Inject] public required RuleEditor Editor { get; set; }
    [Inject] public required BackTest Test { get; set; }
    [Inject] public required UsualRange Usuals { get; set; }
    [Inject] public required MetricBrowser Browse { get; set; }
    [Inject] public required IExpressionSyntax Syntax { get; set; }
    [Inject] public required ICatalogue Catalogue { get; set; }
    [Inject] public required TimeProvider Clock { get; set; }
    [Inject] public required Browser Browser { get; set; }

    readonly CancellationTokenSource gone = new();
    CancellationTokenSource? trial;
    RuleDraft draft = RuleDraft.New();
    SimpleRule? form;
    string? begun;
    int version;
    UsualValues day = UsualValues.None, week = UsualValues.None;
    BackTestAnswer? present, changed;
    string? trialFailure;
    IReadOnlyList<MetricEntry> metrics = [];
    IReadOnlyList<DiffLine> difference = [];
    IReadOnlyList<FieldProblem> problems = [];
    bool isTrying, isBusy, isSaved;

    bool MayEdit => Actor.May(Permission.EditCatalogue);

    string Name { get => draft.Name; set => draft.Name = value; }

    string Summary
    {
        get => draft.Summary;
        set
        {
            draft.Summary = value;
            Compare();
        }
    }

    // What is charted is the value, not the comparison; where there is no one value, the expression's own answer.
    string? Measured => Rule is not null && !draft.HasLine ? ThresholdForm.Of(Rule.Expression)?.Measured ?? Rule.Expression
        : draft.Measured.Length > 0 && Syntax.Explain(draft.Measured) is null ? draft.Measured : null;

    Panel? Panel => Measured is { } measured ? new("rule", "What is measured", Rule is null ? draft.Unit : RuleWords.UnitOf(Rule), [new(measured)], [.. Lines], Bands.None, measured) : null;

    IEnumerable<ChartLine> Lines
    {
        get
        {
            if (draft.Line is { } drawn)
                yield return new(LineKind.Limit, drawn, $"fires {RuleWords.Word(draft.Comparison)} {draft.Text(drawn)}");
            if (form?.Line is { } line && line.Threshold != draft.Line)
                yield return new(LineKind.Capacity, line.Threshold, $"as it is: {draft.Text(line.Threshold)}");
            foreach (var level in Rule?.Extras.Levels ?? [])
                yield return new(LineKind.Limit, level.Threshold, $"{level.Severity} {draft.Text(level.Threshold)}");
            if (Rule?.Extras.Recovery is { } recovery)
                yield return new(LineKind.Target, recovery, $"ends at {draft.Text(recovery)}");
        }
    }

    IReadOnlyList<ChartBand> Spans => [.. Fired("current", present), .. Fired("changed", changed)];

    // As long as there is something to see.
    string DefaultRange => week.Known > Day ? "7d" : week.Known > TimeSpan.FromHours(6) ? "24h" : day.Known > TimeSpan.FromHours(1) ? "6h" : day.Known > TimeSpan.FromMinutes(20) ? "1h" : "15m";

    string Told
    {
        get
        {
            var labels = new Dictionary<string, string>(Rule?.Labels ?? new Dictionary<string, string>()) { ["alertname"] = draft.Name, ["system"] = SystemId, ["severity"] = draft.Severity };
            var steps = RoutingTable.Of(Catalogue.Current).Test(Labels.From(labels.Select(label => new Label(label.Key, label.Value))), Clock.GetUtcNow());
            return $"Told: {string.Join("; ", steps.Select(step => step.Methods.Count == 0 ? $"nobody ({step.Receiver})" : $"{step.Receiver} by {string.Join(", ", step.Methods.Select(method => method.Split(':')[0]).Distinct())}"))}. A component's own route may differ.";
        }
    }

    protected override void OnParametersSet()
    {
        var now = Rule is null ? "" : RuleSet.Key(Rule);
        if (begun == now)
            return;
        // The rule changed beneath: what is being typed stays, and saving will say that it is stale.
        var isFirst = begun is null;
        if (!isFirst && draft.IsChanged && !isSaved)
            return;
        (begun, isSaved) = (now, false);
        Begin();
        if (!isFirst)
            _ = InvokeAsync(LookAsync);
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
            return;
        if (Rule is null)
            metrics = await Browse.ListAsync(Actor, gone.Token, SystemId);
        await LookAsync();
    }

    void Begin()
    {
        form = Rule is null ? null : SimpleRule.Of(Rule);
        draft = form is null ? RuleDraft.New(Rule is null ? Unit.None : RuleWords.UnitOf(Rule)) : RuleDraft.Of(Rule!, form);
        version = Editor.Document(Actor, SystemId).Version;
        (changed, difference, problems) = (null, [], []);
    }

    /// <summary>What is usual, and when the rule as it is would have fired.</summary>
    async Task LookAsync()
    {
        await ReadUsualAsync();
        if (Rule is not null && Measured is not null)
            await TryAsync(Rule, answer => present = answer);
        StateHasChanged();
    }

    async Task ReadUsualAsync()
    {
        if (Measured is not { } measured)
            return;
        try
        {
            (day, week) = (await Usuals.ReadAsync(Actor, measured, Day, gone.Token), await Usuals.ReadAsync(Actor, measured, Week, gone.Token));
        }
        catch (Exception refused) when (refused is PromQlException or QueryLimitException)
        {
            problems = [new("measured", refused.Message)];
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested) { }
        StateHasChanged();
    }

    Task PickAsync(string? name)
    {
        if (metrics.FirstOrDefault(metric => metric.Name == name?.Trim()) is not { } metric)
            return Task.CompletedTask;
        if (draft.Name.Length == 0)
            draft.Name = string.Concat(metric.Name.Split('_', StringSplitOptions.RemoveEmptyEntries).Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
        return MeasureAsync(metric.SuggestionFor(SystemId));
    }

    async Task MeasureAsync(string expression)
    {
        draft.Measure(expression);
        problems = Syntax.Explain(draft.Measured) is { } fault ? [new("measured", fault.Message)] : [];
        (day, week, changed) = (UsualValues.None, UsualValues.None, null);
        await ReadUsualAsync();
        await ChangeAsync(() => { });
    }

    async Task ChangeAsync(Action change)
    {
        change();
        (problems, isSaved) = ([], false);
        changed = null;
        Compare();
        if (draft.TryRead() is not { } rule || Measured is null)
        {
            if (draft.Threshold.Length > 0 || !draft.HasLine)
                Refuse(() => draft.Read());
            return;
        }
        if (draft.IsChanged)
            await TryAsync(RuleDraft.Rule(Rule, rule, SystemId), answer => changed = answer);
    }

    void Compare()
    {
        difference = [];
        if (draft.TryRead() is { } rule && draft.IsChanged && Measured is not null && rule.Name.Length > 0)
            Refuse(() => difference = LineDiff.Of(Editor.Document(Actor, SystemId).Text ?? "", Editor.Written(Actor, SystemId, Rule, rule)));
    }

    void Refuse(Action act)
    {
        try
        {
            act();
        }
        catch (InvalidInputException wrong)
        {
            problems = wrong.Problems;
        }
    }

    async Task TryAsync(AlertRule rule, Action<BackTestAnswer> take)
    {
        if (trial is not null)
            await trial.CancelAsync();
        var own = trial = CancellationTokenSource.CreateLinkedTokenSource(gone.Token);
        (isTrying, trialFailure) = (true, null);
        StateHasChanged();
        try
        {
            var to = Clock.GetUtcNow();
            var answer = await Task.Run(() => Test.RunAsync(Actor, SystemId, rule, to - Week, to, RuleGroup.DefaultInterval, own.Token), own.Token);
            take(answer);
        }
        catch (OperationCanceledException) when (own.IsCancellationRequested)
        {
            return;
        }
        catch (Exception refused) when (refused is QueryLimitException or AccessDeniedException)
        {
            trialFailure = refused.Message;
        }
        isTrying = false;
        StateHasChanged();
    }

    async Task SaveAsync()
    {
        (isBusy, problems) = (true, []);
        try
        {
            var rule = draft.Read();
            await Editor.SaveAsync(Actor, SystemId, Rule, rule, version, CancellationToken.None);
            isSaved = true;
            await Browser.ToastAsync(Rule is null ? $"{rule.Name} is evaluated from now on" : "Saved; it counts from now on");
            await OnSaved.InvokeAsync(rule.Name);
        }
        catch (InvalidInputException wrong)
        {
            problems = wrong.Problems;
        }
        catch (StaleVersionException)
        {
            problems = [new("", "The file was changed in between. What you typed is still here; it was compared with the file anew: look, and save again.")];
            version = Editor.Document(Actor, SystemId).Version;
        }
        catch (AccessDeniedException denied)
        {
            problems = [new("", denied.Message)];
        }
        isBusy = false;
    }

    string? ProblemOf(string field)
    {
        string[] own = ["name", "measured", "comparison", "threshold", "for", "severity", "summary"];
        var found = problems.Where(problem => field.Length > 0 ? problem.Field == field : !own.Contains(problem.Field)).ToArray();
        return found.Length == 0 ? null : string.Join(" ", found.Select(problem => field.Length > 0 || problem.Field.Length == 0 ? problem.Message : $"{problem.Field} {problem.Message}"));
    }

    string Usual(UsualValues usual) => usual.Low is null ? "no values"
        : $"{draft.Text(usual.Low)} to {draft.Text(usual.High)}, median {draft.Text(usual.Median)}";

    static IEnumerable<ChartBand> Fired(string track, BackTestAnswer? answer) =>
        (answer?.Alerts ?? []).Where(alert => alert.FiredAt is not null).Select(alert => new ChartBand(track, alert.FiredAt!.Value.ToUnixTimeMilliseconds(), (alert.ResolvedAt ?? answer!.To).ToUnixTimeMilliseconds()));

    public async ValueTask DisposeAsync()
    {
        await gone.CancelAsync();
        gone.Dispose();
    }
}
