using Microsoft.EntityFrameworkCore;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue.Drafts;
using OpsDashboard.Storage;

namespace OpsDashboard.Catalogue.Overlays;

/// <summary>Keeps edits in the database, where every replica finds them. Thread-safe.</summary>
sealed class OverlayStore(IDbContextFactory<OpsContext> contexts, IAuditLog audit)
{
    /// <summary>The edits as they are now; what did not change since <paramref name="known"/> is not read again.</summary>
    public async Task<IReadOnlyList<Overlay>> ReadAsync(IReadOnlyList<Overlay> known, CancellationToken stop)
    {
        await using var context = await contexts.CreateDbContextAsync(stop);
        var rows = context.Set<CatalogueOverlay>().AsNoTracking();
        var versions = await rows.Select(row => new { row.Path, row.Version, row.EditedAt }).ToListAsync(stop);
        // Sorted here: a database's order of texts is its own.
        if (versions.Select(row => (row.Path, row.Version, row.EditedAt)).OrderBy(row => row.Path, StringComparer.Ordinal).SequenceEqual(known.Select(overlay => (overlay.Path, overlay.Version, overlay.EditedAt))))
            return known;
        var read = await rows.ToListAsync(stop);
        return [.. read.Select(row => new Overlay(row.Path, row.Text, row.BaseText, row.EditedBy, row.EditedAt, row.Version)).OrderBy(overlay => overlay.Path, StringComparer.Ordinal)];
    }

    /// <summary>Saves all edits and the audit entry in one transaction. An edit that equals the file is dropped: nothing stands over it then.</summary>
    /// <exception cref="DbUpdateConcurrencyException">Another replica was quicker.</exception>
    public async Task SaveAsync(IReadOnlyList<CatalogueDocument> edited, AuditRecord record, CancellationToken stop)
    {
        await using var context = await contexts.CreateDbContextAsync(stop);
        await StageAsync(context, edited, stop);
        await audit.CommitAsync(context, record, stop);
    }

    /// <summary>Saves what a draft says, its decision, and the audit entry in one transaction.</summary>
    /// <exception cref="DbUpdateConcurrencyException">It was decided already, or another replica was quicker.</exception>
    public async Task ActivateAsync(IReadOnlyList<CatalogueDocument> edited, DocumentDraft draft, AuditRecord record, DateTimeOffset at, CancellationToken stop)
    {
        await using var context = await contexts.CreateDbContextAsync(stop);
        context.Attach(draft);
        (draft.State, draft.DecidedBy, draft.DecidedAt) = (DraftState.Activated, record.Actor.Id, at);
        await StageAsync(context, edited, stop);
        await audit.CommitAsync(context, record, stop);
    }

    static async Task StageAsync(OpsContext context, IReadOnlyList<CatalogueDocument> edited, CancellationToken stop)
    {
        var rows = context.Set<CatalogueOverlay>();
        foreach (var document in edited)
        {
            var row = await rows.FindAsync([document.Path], stop);
            if (document.Overlay is not { } overlay)
            {
                if (row is not null)
                    rows.Remove(row);
                continue;
            }
            if (row is null)
                rows.Add(row = new() { Path = overlay.Path, EditedBy = overlay.EditedBy, EditedAt = overlay.EditedAt });
            (row.Text, row.BaseText, row.EditedBy, row.EditedAt) = (overlay.Text, overlay.BaseText, overlay.EditedBy, overlay.EditedAt);
        }
    }
}
