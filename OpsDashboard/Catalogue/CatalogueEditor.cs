using Microsoft.EntityFrameworkCore;
using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue.Drafts;
using OpsDashboard.Catalogue.Overlays;
using OpsDashboard.Catalogue.Reading;
using OpsDashboard.Storage;

namespace OpsDashboard.Catalogue;

/// <param name="Text">Null removes the document.</param>
/// <param name="Version">That of the <see cref="CatalogueDocument"/> on which the edit is based.</param>
public sealed record DocumentEdit(string Path, string? Text, int Version);

/// <summary>
/// Changes documents of the catalogue from within the program. What a document says decides what the program connects to and whose figures an
/// expression reads, so that every change takes the grant for all systems. Thread-safe.
/// </summary>
public sealed class CatalogueEditor
{
    readonly CatalogueHost host;
    readonly CatalogueReader reader;
    readonly OverlayStore store;
    readonly TimeProvider clock;

    internal CatalogueEditor(CatalogueHost host, CatalogueReader reader, OverlayStore store, TimeProvider clock) =>
        (this.host, this.reader, this.store, this.clock) = (host, reader, store, clock);

    /// <summary>Files and edits as they are now.</summary>
    public CatalogueSources Sources => host.Sources;

    /// <summary>Saves whole documents, together or not at all.</summary>
    /// <exception cref="AccessDeniedException" />
    /// <exception cref="InvalidInputException">The catalogue would have problems that it does not have now, each named with file and line, or an edit changes what is run.</exception>
    /// <exception cref="StaleVersionException">A document changed since it was read.</exception>
    public Task SaveAsync(Actor actor, IReadOnlyList<DocumentEdit> edits, CancellationToken stop) =>
        ChangeAsync(actor, "catalogue.edited", [.. edits.Select(edit => (edit.Path, (int?)edit.Version))], document =>
        {
            var text = edits.First(edit => edit.Path == document.Path).Text?.ReplaceLineEndings("\n");
            if (CodeDocuments.Refusal(document, text) is { } refusal)
                throw new InvalidInputException(document.Path, refusal);
            return Edited(document, text, actor.Id);
        }, stop);

    /// <summary>Takes the edit away; the file counts again, whatever it says.</summary>
    /// <exception cref="AccessDeniedException" />
    /// <exception cref="StaleVersionException">The document changed since it was read.</exception>
    public Task RevertAsync(Actor actor, string path, int version, CancellationToken stop) =>
        ChangeAsync(actor, "catalogue.reverted", [(path, version)], document => document with { Overlay = null }, stop, isValidated: false);

    /// <summary>Takes every edit of a system away.</summary>
    /// <exception cref="AccessDeniedException" />
    public Task RevertSystemAsync(Actor actor, string systemId, CancellationToken stop)
    {
        var paths = Sources.Overlays.Where(overlay => overlay.Path.Split('/')[0] == systemId).Select(overlay => (overlay.Path, (int?)null));
        return ChangeAsync(actor, "catalogue.reverted", [.. paths], document => document with { Overlay = null }, stop, isValidated: false);
    }

    /// <summary>Removes every document of a system, as deleting its folder would; reverting brings shipped files back.</summary>
    /// <exception cref="AccessDeniedException" />
    public Task RemoveSystemsAsync(Actor actor, IReadOnlyCollection<string> systemIds, CancellationToken stop)
    {
        var paths = Sources.Documents().Where(document => document.Text is not null && systemIds.Contains(document.Path.Split('/')[0])).Select(document => (document.Path, (int?)null));
        return ChangeAsync(actor, "catalogue.edited", [.. paths], document => document with
        {
            Overlay = document.FileText is null ? null : new(document.Path, null, document.FileText, actor.Id, clock.Now(), document.Overlay?.Version ?? 0),
        }, stop);
    }

    /// <summary>Checks an edit as saving would, whoever may save it, and saves nothing.</summary>
    /// <returns>The document as it is now.</returns>
    /// <exception cref="InvalidInputException">The catalogue would have problems that it does not have now, each named with file and line.</exception>
    /// <exception cref="StaleVersionException">The document changed since it was read.</exception>
    internal CatalogueDocument Examine(DocumentEdit edit)
    {
        InvalidInputException.ThrowIfAny([.. RejectPath(edit.Path)]);
        var sources = Sources;
        var before = Current(sources.Find(edit.Path), edit.Version);
        Validate(sources, [before with { Overlay = new(edit.Path, edit.Text, before.FileText, "", clock.Now(), 0) }]);
        return before;
    }

    /// <summary>Makes a draft count. Who may is for <see cref="DocumentDrafts"/> to say.</summary>
    internal Task ActivateAsync(Actor actor, DocumentDraft draft, CancellationToken stop) =>
        ChangeAsync(actor, "draft.activated", [(draft.Path, draft.BasedOn)], document => Edited(document, draft.Text, draft.WrittenBy), stop, decided: draft);

    CatalogueDocument Edited(CatalogueDocument document, string? text, string by) =>
        document with { Overlay = text == document.FileText ? null : new(document.Path, text, document.FileText, by, clock.Now(), document.Overlay?.Version ?? 0) };

    /// <summary>The problems that the catalogue would have with these texts, without saving anything.</summary>
    public CatalogueReading Preview(IReadOnlyList<(string Path, string? Text)> texts)
    {
        var sources = Sources;
        var overlays = sources.Overlays.Where(overlay => texts.All(text => text.Path != overlay.Path))
            .Concat(texts.Select(text => new Overlay(text.Path, text.Text, null, "", default, 0)));
        return host.Read((sources with { Overlays = [.. overlays] }).Effective());
    }

    async Task ChangeAsync(Actor actor, string action, IReadOnlyList<(string Path, int? Version)> targets, Func<CatalogueDocument, CatalogueDocument> change, CancellationToken stop, bool isValidated = true, DocumentDraft? decided = null)
    {
        actor.Demand(Permission.EditCatalogue);
        InvalidInputException.ThrowIfAny([.. targets.SelectMany(target => RejectPath(target.Path))]);
        if (targets.Count == 0)
            return;
        await host.ExclusivelyAsync(async sources =>
        {
            var before = targets.Select(target => Current(sources.Find(target.Path), target.Version)).ToArray();
            var after = before.Select(change).ToArray();
            if (isValidated)
                Validate(sources, after);
            await SaveAsync(before, after, new(actor, action, Subject(after), Particulars: Particulars(before, after, decided)), decided, stop);
        }, stop);
    }

    static CatalogueDocument Current(CatalogueDocument document, int? version) =>
        version is { } based && based != document.Version ? throw new StaleVersionException(based, document.Version) : document;

    async Task SaveAsync(CatalogueDocument[] before, CatalogueDocument[] after, AuditRecord record, DocumentDraft? decided, CancellationToken stop)
    {
        try
        {
            if (decided is null)
                await store.SaveAsync(after, record, stop);
            else
                await store.ActivateAsync(after, decided, record, clock.Now(), stop);
        }
        catch (DbUpdateConcurrencyException)
        {
            throw new StaleVersionException(before[0].Version, 0);
        }
    }

    void Validate(CatalogueSources sources, CatalogueDocument[] after)
    {
        foreach (var document in after.Where(document => document.Text?.Length > CatalogueFiles.MaxBytes / 4))
            throw new InvalidInputException(document.Path, $"has {document.Text!.Length:N0} characters; at most {CatalogueFiles.MaxBytes / 4:N0} are read.");
        var overlays = sources.Overlays.Where(overlay => after.All(document => document.Path != overlay.Path)).Concat(after.Select(document => document.Overlay).OfType<Overlay>());
        var known = host.Read(sources.Effective()).Problems.Select(problem => (problem.File, problem.Message)).ToHashSet();
        var added = host.Read((sources with { Overlays = [.. overlays] }).Effective()).Problems
            .Where(problem => !problem.IsWarning && !known.Contains((problem.File, problem.Message)));
        InvalidInputException.ThrowIfAny([.. added.Select(problem => new FieldProblem($"{problem.File}:{problem.Line}", $"{problem.Message} {problem.Remedy}"))]);
    }

    // Only what is read may be written, so that no edit lies about unseen; the path never touches the disk.
    IEnumerable<FieldProblem> RejectPath(string path)
    {
        var isKnown = reader.RootFileNames.Contains(path) || path.Split('/') is [var folder, var file] && Names.IsSlug(folder)
            && (folder == "environments" ? IsSlugFile(file) : reader.FileNames.Contains(file))
            || path.Split('/') is [var system, var inner, var one] && Names.IsSlug(system) && reader.FolderNames.Contains(inner) && IsSlugFile(one);
        if (!isKnown)
            yield return new("path", $"`{path}` is no document of a catalogue. Use <system>/<file> with one of {string.Join(", ", reader.FileNames)}, or environments/<name>.yml.");
    }

    static bool IsSlugFile(string name) => name.EndsWith(".yml", StringComparison.Ordinal) && Names.IsSlug(name[..^4]);

    static string Subject(CatalogueDocument[] documents) =>
        documents.Select(document => document.Path.Split('/')[0]).Distinct().ToArray() is [var only] && only != "environments" ? $"system/{only}" : "catalogue";

    static Dictionary<string, object?> Particulars(CatalogueDocument[] before, CatalogueDocument[] after, DocumentDraft? decided)
    {
        var changes = Particulars(before, after);
        if (decided is not null)
            (changes["draft"], changes["writtenBy"], changes["reason"]) = (decided.Id, decided.WrittenBy, decided.Reason);
        return changes;
    }

    static Dictionary<string, object?> Particulars(CatalogueDocument[] before, CatalogueDocument[] after) => new()
    {
        ["documents"] = before.Zip(after, (was, now) => new Dictionary<string, object?>
        {
            ["path"] = was.Path,
            ["basedOn"] = was.FileText is null ? null : CatalogueFiles.Version(was.FileText),
            ["before"] = was.Text is null ? null : SecretMask.Document(was.Text),
            ["after"] = now.Text is null ? null : SecretMask.Document(now.Text),
        }).ToArray(),
    };
}
