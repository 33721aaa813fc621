using Microsoft.AspNetCore.Components;
using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue.Drafts;
using OpsDashboard.Catalogue.Overlays;
using OpsDashboard.Ui;

namespace OpsDashboard.Catalogue.Pages;

/// <summary>One document: what counts, what was edited, what waits for another administrator, what it said before.</summary>
public sealed partial class DocumentPage
{
    [SupplyParameterFromQuery] public string? Path { get; set; }

    /// <summary>A document that the new one begins as.</summary>
    [SupplyParameterFromQuery] public string? From { get; set; }
    [Inject] public required CatalogueEditor Editor { get; set; }
    [Inject] public required DocumentDrafts Drafts { get; set; }
    [Inject] public required ICurrentActor Current { get; set; }
    [Inject] public required Browser Browser { get; set; }

    Actor? actor;
    CatalogueDocument? document;
    IReadOnlyList<DocumentDraft> drafts = [];
    string text = "", reason = "";
    bool isBusy;
    IReadOnlyList<FieldProblem> refused = [];

    bool MayEdit => actor?.May(Permission.EditCatalogue) == true;

    bool IsUnchanged => text == (document!.Text ?? "");

    string Sentence => document is null ? "" : document is { FileText: null, Overlay: null } ? "New: it does not count yet." : CatalogueView.State(document) switch
    {
        "file" => "As it stands in the file.",
        "added" => "Written here; there is no such file.",
        "removed" => "Removed here; the file is still there.",
        _ => "Edited here; the edit wins over the file.",
    };

    string Help => !MayEdit ? "Editing takes an administrator of all systems."
        : CodeDocuments.IsCode(document!.Path) ? "It decides which commands run: what you propose counts once another administrator activates it. Or change the file and deploy it."
        : "Saved as a whole, over the file, until it is reverted. Export gives files fit for a commit.";

    protected override async Task OnParametersSetAsync()
    {
        actor = await Current.GetAsync();
        await ReadAsync();
    }

    async Task ReadAsync()
    {
        var found = Path is null || !CatalogueView.MaySee(actor!, Path) ? null : Editor.Sources.Find(Path);
        drafts = found is null ? [] : await Drafts.OpenAsync(actor!, found.Path, CancellationToken.None);
        var isNew = found is { FileText: null, Overlay: null };
        document = isNew && drafts.Count == 0 && !(MayEdit && CodeDocuments.IsCode(found!.Path)) ? null : found;
        text = CatalogueView.Shown(actor, isNew && From is not null && CatalogueView.MaySee(actor!, From) ? Editor.Sources.Find(From).Text : document?.Text) ?? "";
    }

    Task SaveAsync() => ActAsync(() => Editor.SaveAsync(actor!, [new(document!.Path, text, document.Version)], CancellationToken.None), "Saved; it counts from now on");

    Task ProposeAsync() => ActAsync(async () =>
    {
        await Drafts.WriteAsync(actor!, new(document!.Path, text, document.Version), reason, CancellationToken.None);
        reason = "";
    }, "Kept for another administrator");

    Task RevertAsync() => ActAsync(() => Editor.RevertAsync(actor!, document!.Path, document.Version, CancellationToken.None), "Reverted to the file");

    async Task DecidedAsync(string done)
    {
        refused = [];
        await ReadAsync();
        await Browser.ToastAsync(done);
    }

    async Task ActAsync(Func<Task> act, string done)
    {
        (isBusy, refused) = (true, []);
        try
        {
            await act();
            await Browser.ForgetDraftsAsync();
            await ReadAsync();
            await Browser.ToastAsync(done);
        }
        catch (InvalidInputException invalid)
        {
            refused = invalid.Problems;
        }
        catch (Exception error) when (error is AccessDeniedException or StaleVersionException)
        {
            refused = [new("", error.Message)];
        }
        isBusy = false;
    }
}
