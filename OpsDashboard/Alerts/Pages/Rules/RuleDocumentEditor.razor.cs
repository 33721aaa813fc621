using Microsoft.AspNetCore.Components;
using OpsDashboard.Access;
using OpsDashboard.Alerts.Editing;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Ui;

namespace OpsDashboard.Alerts.Pages.Rules;

/// <summary>The expert's view: the whole document.</summary>
public sealed partial class RuleDocumentEditor : IDisposable
{
    const int Most = 20;

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(400);

    [Parameter, EditorRequired] public required string Path { get; set; }
    [Parameter, EditorRequired] public required Actor Actor { get; set; }
    [Parameter] public EventCallback OnSaved { get; set; }

    [Inject] public required CatalogueEditor Catalogue { get; set; }
    [Inject] public required RuleEditor Editor { get; set; }
    [Inject] public required TimeProvider Clock { get; set; }
    [Inject] public required Browser Browser { get; set; }

    string shown = "", basis = "", text = "";
    int version;
    ITimer? checkSoon;
    bool isBusy, isChecking;
    IReadOnlyList<CatalogueProblem> found = [];
    IReadOnlyList<FieldProblem> refused = [];

    bool MayEdit => Actor.May(Permission.EditCatalogue);

    bool IsChanged => text != basis;

    string OpsPath => $"{Path.Split('/')[0]}/rules.ops.yml";

    protected override void OnInitialized() => Open(Path);

    void Open(string path)
    {
        var document = Catalogue.Sources.Find(path);
        (shown, version, refused) = (path, document.Version, []);
        basis = text = (CatalogueView.Shown(Actor, document.Text) ?? "").ReplaceLineEndings("\n");
        Check();
    }

    void Typed(string? typed)
    {
        (text, refused, isChecking) = (typed?.ReplaceLineEndings("\n") ?? "", [], true);
        checkSoon ??= Clock.CreateTimer(_ => _ = InvokeAsync(() =>
        {
            Check();
            StateHasChanged();
        }), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        checkSoon.Change(Pause, Timeout.InfiniteTimeSpan);
    }

    void Check()
    {
        isChecking = false;
        found = text.Length == 0 ? [] : [.. Editor.Check(shown, text).Where(problem => problem.File == shown || !problem.IsWarning)];
    }

    async Task SaveAsync()
    {
        (isBusy, refused) = (true, []);
        try
        {
            await Editor.SaveAsync(Actor, shown, text, version, CancellationToken.None);
            await Browser.ForgetDraftsAsync();
            Open(shown);
            await Browser.ToastAsync("Saved; it counts from now on");
            await OnSaved.InvokeAsync();
        }
        catch (InvalidInputException wrong)
        {
            refused = wrong.Problems;
        }
        catch (StaleVersionException)
        {
            refused = [new("", "It was changed in between. Copy what you typed, discard, and put it into the document as it is now.")];
        }
        catch (AccessDeniedException denied)
        {
            refused = [new("", denied.Message)];
        }
        isBusy = false;
    }

    public void Dispose() => checkSoon?.Dispose();
}
