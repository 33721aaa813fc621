using Microsoft.EntityFrameworkCore;
using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Live;
using OpsDashboard.Storage;

namespace OpsDashboard.Catalogue.History;

/// <summary>
/// What documents of rules and runbooks said over time: every change of a file and every edit here becomes a version, which can be compared and taken back.
/// Taking back is an edit of the catalogue and audited as one. Thread-safe.
/// </summary>
public sealed class DocumentVersions(IDbContextFactory<OpsContext> contexts, CatalogueEditor editor, TimeProvider clock)
{
    static readonly string[] Rules = ["rules.yml", "rules.ops.yml"];

    /// <summary>The versions of a document, the newest first.</summary>
    /// <exception cref="AccessDeniedException" />
    public async Task<IReadOnlyList<DocumentVersion>> ListAsync(Actor actor, string path, CancellationToken stop)
    {
        actor.Demand(Permission.ReadCatalogue, path.Split('/')[0]);
        await using var context = await contexts.CreateDbContextAsync(stop);
        return await context.Set<DocumentVersion>().AsNoTracking().Where(version => version.Path == path).OrderByDescending(version => version.Number).ToListAsync(stop);
    }

    /// <summary>What changed from one version to another.</summary>
    /// <exception cref="NotFoundException">There is no such version, or not for this actor.</exception>
    public async Task<IReadOnlyList<DiffLine>> DiffAsync(Actor actor, string path, int from, int to, CancellationToken stop)
    {
        var versions = await ListAsync(actor, path, stop);
        return LineDiff.Of(Find(versions, path, from).Text ?? "", Find(versions, path, to).Text ?? "");
    }

    /// <summary>Makes the document say again what it said in a version.</summary>
    /// <param name="basedOn">The newest version that the actor saw.</param>
    /// <exception cref="AccessDeniedException">Only who may edit the catalogue.</exception>
    /// <exception cref="NotFoundException">There is no such version.</exception>
    /// <exception cref="StaleVersionException">There is a newer version than that.</exception>
    /// <exception cref="InvalidInputException">What it said then does not fit the rest of the catalogue any more.</exception>
    public async Task RevertAsync(Actor actor, string path, int number, int basedOn, CancellationToken stop)
    {
        actor.Demand(Permission.EditCatalogue);
        await RecordAsync(stop);
        var versions = await ListAsync(actor, path, stop);
        var wanted = Find(versions, path, number);
        if (versions[0].Number != basedOn)
            throw new StaleVersionException(basedOn, versions[0].Number);
        await editor.SaveAsync(actor, [new(path, wanted.Text, editor.Sources.Find(path).Version)], stop);
        await RecordAsync(stop);
    }

    /// <summary>Keeps what changed since the last call, whoever changed it. Two replicas may do so at once.</summary>
    public async Task RecordAsync(CancellationToken stop)
    {
        await using var context = await contexts.CreateDbContextAsync(stop);
        var last = await context.Set<DocumentVersion>().AsNoTracking()
            .Where(version => !context.Set<DocumentVersion>().Any(later => later.Path == version.Path && later.Number > version.Number)).ToDictionaryAsync(version => version.Path, stop);
        foreach (var document in editor.Sources.Documents().Where(document => IsKept(document.Path)))
        {
            var before = last.GetValueOrDefault(document.Path);
            if (before is null ? document.Text is null : before.Text == document.Text)
                continue;
            context.Add(new DocumentVersion { Path = document.Path, Number = (before?.Number ?? 0) + 1, Text = document.Text, By = document.Overlay?.EditedBy ?? Actor.Program.Id, At = clock.Now() });
        }
        foreach (var gone in last.Values.Where(version => version.Text is not null && editor.Sources.Documents().All(document => document.Path != version.Path)))
            context.Add(new DocumentVersion { Path = gone.Path, Number = gone.Number + 1, Text = null, By = Actor.Program.Id, At = clock.Now() });
        try
        {
            await context.SaveChangesAsync(stop);
        }
        catch (DbUpdateException) when (!stop.IsCancellationRequested)
        {
            // Another replica kept the same change a moment ago, or the database is away: the next look finds what is left.
        }
    }

    static bool IsKept(string path) => CodeDocuments.IsCode(path) || Rules.Contains(path.Split('/')[^1]);

    static DocumentVersion Find(IReadOnlyList<DocumentVersion> versions, string path, int number) =>
        versions.FirstOrDefault(version => version.Number == number) ?? throw new NotFoundException($"version {number} of {path}");
}

/// <summary>Keeps a version whenever the catalogue changed.</summary>
sealed class DocumentVersionHost(DocumentVersions versions, ICatalogue catalogue, TimeProvider clock, ILogger<DocumentVersionHost> log)
    : LookingHost("The versions of documents could not be kept", TimeSpan.FromSeconds(2), clock, log)
{
    long kept;

    protected internal override async Task LookAsync(CancellationToken stop)
    {
        var revision = catalogue.Current.Revision;
        if (revision != kept)
            await versions.RecordAsync(stop);
        kept = revision;
    }
}
