using Microsoft.EntityFrameworkCore;
using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Storage;

namespace OpsDashboard.Catalogue.Drafts;

/// <summary>
/// Changes of documents that say what is run: one administrator writes, another activates. Whoever could do both alone could make the program run anything.
/// Thread-safe.
/// </summary>
public sealed class DocumentDrafts(IDbContextFactory<OpsContext> contexts, CatalogueEditor editor, IAuditLog audit, TimeProvider clock)
{
    public const int MostReason = 500;

    /// <summary>What waits, the newest first.</summary>
    /// <param name="path">Null: of every document that the actor may see.</param>
    /// <exception cref="AccessDeniedException" />
    public async Task<IReadOnlyList<DocumentDraft>> OpenAsync(Actor actor, string? path, CancellationToken stop)
    {
        if (!actor.MayAnywhere(Permission.ReadCatalogue))
            actor.Demand(Permission.ReadCatalogue);
        await using var context = await contexts.CreateDbContextAsync(stop);
        var open = await context.Set<DocumentDraft>().AsNoTracking().Where(draft => draft.State == DraftState.Open && (path == null || draft.Path == path)).OrderByDescending(draft => draft.WrittenAt).ToListAsync(stop);
        return [.. open.Where(draft => CatalogueView.MaySee(actor, draft.Path))];
    }

    /// <summary>Keeps a change for another administrator. The catalogue stays as it is.</summary>
    /// <exception cref="AccessDeniedException">Only who may edit the catalogue.</exception>
    /// <exception cref="InvalidInputException">There is no reason, or the catalogue would have problems that it does not have now.</exception>
    /// <exception cref="StaleVersionException">The document changed since it was read.</exception>
    public async Task<DocumentDraft> WriteAsync(Actor actor, DocumentEdit edit, string reason, CancellationToken stop)
    {
        actor.Demand(Permission.EditCatalogue);
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > MostReason)
            throw new InvalidInputException("reason", $"says in 1 to {MostReason} characters why: another administrator decides by it.");
        var document = editor.Examine(edit);
        if (document.Text == edit.Text?.ReplaceLineEndings("\n"))
            throw new InvalidInputException(edit.Path, "says already what the draft says.");
        var draft = new DocumentDraft
        {
            Id = clock.NewId(),
            Path = edit.Path,
            Text = edit.Text?.ReplaceLineEndings("\n"),
            BasedOn = edit.Version,
            Reason = reason.Trim(),
            // Whoever answers for a token wrote what the token wrote, and does not activate it either.
            WrittenBy = actor.OwnerId ?? actor.Id,
            WrittenAt = clock.Now(),
        };
        await using var context = await contexts.CreateDbContextAsync(stop);
        context.Add(draft);
        await audit.CommitAsync(context, new(actor, "draft.written", $"document/{draft.Path}", Particulars: new Dictionary<string, object?>
        {
            ["draft"] = draft.Id,
            ["reason"] = draft.Reason,
            ["before"] = document.Text is null ? null : SecretMask.Document(document.Text),
            ["after"] = draft.Text is null ? null : SecretMask.Document(draft.Text),
        }), stop);
        return draft;
    }

    /// <summary>Makes the draft count.</summary>
    /// <exception cref="AccessDeniedException">The actor may not edit the catalogue, is no person, or wrote the draft.</exception>
    /// <exception cref="NotFoundException">There is no such draft, or not for this actor.</exception>
    /// <exception cref="InvalidInputException">It does not fit the rest of the catalogue any more.</exception>
    /// <exception cref="StaleVersionException">It was decided already, or the document changed since it was written.</exception>
    public async Task ActivateAsync(Actor actor, Guid id, CancellationToken stop)
    {
        actor.Demand(Permission.EditCatalogue);
        var draft = await FindAsync(actor, id, stop);
        if (Refusal(actor, draft) is { } refusal)
        {
            actor.Refusals?.Note(actor, nameof(Permission.EditCatalogue), null);
            throw new AccessDeniedException(Permission.EditCatalogue, null, refusal);
        }
        await editor.ActivateAsync(actor, draft, stop);
    }

    /// <summary>Takes the draft back or refuses it.</summary>
    /// <exception cref="AccessDeniedException">Only who may edit the catalogue.</exception>
    /// <exception cref="NotFoundException">There is no such draft, or not for this actor.</exception>
    /// <exception cref="StaleVersionException">It was decided already.</exception>
    public async Task DiscardAsync(Actor actor, Guid id, CancellationToken stop)
    {
        actor.Demand(Permission.EditCatalogue);
        var draft = await FindAsync(actor, id, stop);
        await using var context = await contexts.CreateDbContextAsync(stop);
        context.Attach(draft);
        (draft.State, draft.DecidedBy, draft.DecidedAt) = (DraftState.Discarded, actor.Id, clock.Now());
        try
        {
            await audit.CommitAsync(context, new(actor, "draft.discarded", $"document/{draft.Path}", Particulars: new Dictionary<string, object?> { ["draft"] = id, ["writtenBy"] = draft.WrittenBy }), stop);
        }
        catch (DbUpdateConcurrencyException)
        {
            throw new StaleVersionException(draft.Version, 0);
        }
    }

    /// <summary>Why the actor may not activate it, or null.</summary>
    public static string? Refusal(Actor actor, DocumentDraft draft) =>
        !actor.May(Permission.EditCatalogue) ? "Activating takes an administrator of all systems."
        : actor.Kind != ActorKind.Person ? "A person activates a draft, not a token."
        : actor.Id == draft.WrittenBy ? "Another administrator activates it: nobody activates what they wrote."
        : null;

    async Task<DocumentDraft> FindAsync(Actor actor, Guid id, CancellationToken stop)
    {
        await using var context = await contexts.CreateDbContextAsync(stop);
        var draft = await context.Set<DocumentDraft>().AsNoTracking().SingleOrDefaultAsync(draft => draft.Id == id, stop);
        if (draft is null || !CatalogueView.MaySee(actor, draft.Path))
            throw new NotFoundException($"draft {id}");
        return draft.State == DraftState.Open ? draft : throw new StaleVersionException(draft.Version, draft.Version);
    }
}
