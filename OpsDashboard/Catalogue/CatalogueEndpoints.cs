using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue.Overlays;
using OpsDashboard.Http;

namespace OpsDashboard.Catalogue;

/// <summary><c>/api/catalogue</c>. Everybody sees only the systems that they may read.</summary>
static class CatalogueEndpoints
{
    public static void MapCatalogueApi(this WebApplication app)
    {
        var api = app.MapGroup("/api/catalogue").WithTags("catalogue");
        api.MapGet("", SnapshotAsync).RequirePermission(Permission.ReadCatalogue).WithSummary("Systems, components and targets as they are read now, with every problem.");
        api.MapGet("/documents", ListAsync).RequirePermission(Permission.ReadCatalogue).WithSummary("The files, and what was edited over them.");
        api.MapGet("/documents/{folder}/{**file}", ReadAsync).RequirePermission(Permission.ReadCatalogue).WithSummary("One document: what counts, the file beneath, and whether they diverged.");
        api.MapPut("/documents/{folder}/{**file}", SaveAsync).RequirePermission(Permission.EditCatalogue).WithSummary("Puts a whole document over the file. Needs If-Match.");
        api.MapDelete("/documents/{folder}/{**file}", RevertAsync).RequirePermission(Permission.EditCatalogue).WithSummary("Takes the edit away; the file counts again. Needs If-Match.");
        api.MapPost("/check", CheckAsync).RequirePermission(Permission.EditCatalogue).WithSummary("The problems that the catalogue would have with these documents; saves nothing.");
        api.MapGet("/export", ExportAsync).RequirePermission(Permission.EditCatalogue).WithSummary("Every document that counts, as a zip archive fit for a commit.");
        api.MapPost("/systems/{id}/remove", RemoveAsync).RequirePermission(Permission.EditCatalogue).WithSummary("Removes a system, as deleting its folder would.");
        api.MapPost("/systems/{id}/restore", RestoreAsync).RequirePermission(Permission.EditCatalogue).WithSummary("Takes every edit of a system away, its removal too.");
    }

    public sealed record DocumentText(string? Text = null);

    public sealed record CheckRequest(IReadOnlyDictionary<string, string?>? Documents = null);

    static async Task<IResult> SnapshotAsync(ICatalogue catalogue, ICurrentActor current)
    {
        var actor = await current.GetAsync();
        var now = catalogue.Current;
        return Results.Json(new
        {
            now.Revision,
            now.ContentHash,
            now.Environment,
            Systems = now.Systems.Where(system => actor.May(Permission.ReadCatalogue, system.Id)).Select(Describe),
            Problems = now.Problems.Where(problem => CatalogueView.MaySee(actor, problem.File)).Select(Describe),
        }, Json.Options);
    }

    static async Task<IResult> ListAsync(CatalogueEditor editor, ICurrentActor current, PageRequest page)
    {
        var actor = await current.GetAsync();
        var visible = editor.Sources.Documents().Where(document => CatalogueView.MaySee(actor, document.Path));
        var cut = page.Of(visible, document => document.Path);
        return Results.Json(new Page<object>([.. cut.Items.Select(document => Describe(document, withText: false))], cut.Next), Json.Options);
    }

    static async Task<IResult> ReadAsync(string folder, string file, CatalogueEditor editor, ICurrentActor current, HttpContext context)
    {
        var document = Find(editor, await current.GetAsync(), $"{folder}/{file}");
        return Versions.Ok(context, Describe(document, withText: true, await current.GetAsync()), document.Version);
    }

    static async Task<IResult> SaveAsync(string folder, string file, DocumentText body, CatalogueEditor editor, ICurrentActor current, HttpContext context)
    {
        var (actor, path) = (await current.GetAsync(), $"{folder}/{file}");
        actor.Demand(Permission.EditCatalogue);
        var text = body.Text ?? throw new InvalidInputException("text", "is missing: send the whole document.");
        return await Versions.ChangeAsync(context, async version =>
        {
            await editor.SaveAsync(actor, [new(path, text, version)], context.RequestAborted);
            return Now(editor, path);
        }, () => Task.FromResult(Now(editor, path)));
    }

    static async Task<IResult> RevertAsync(string folder, string file, CatalogueEditor editor, ICurrentActor current, HttpContext context)
    {
        var (actor, path) = (await current.GetAsync(), $"{folder}/{file}");
        actor.Demand(Permission.EditCatalogue);
        return await Versions.ChangeAsync(context, async version =>
        {
            await editor.RevertAsync(actor, path, version, context.RequestAborted);
            return Now(editor, path);
        }, () => Task.FromResult(Now(editor, path)));
    }

    static async Task<IResult> CheckAsync(CheckRequest body, CatalogueEditor editor, ICurrentActor current)
    {
        (await current.GetAsync()).Demand(Permission.EditCatalogue);
        var reading = editor.Preview([.. (body.Documents ?? throw new InvalidInputException("documents", "is missing: name documents by path with their text.")).Select(document => (document.Key, document.Value))]);
        return Results.Json(new { Problems = reading.Problems.Select(Describe) }, Json.Options);
    }

    static async Task<IResult> ExportAsync(CatalogueEditor editor, ICurrentActor current)
    {
        (await current.GetAsync()).Demand(Permission.EditCatalogue);
        return Results.File(CatalogueExport.Zip(editor.Sources.Effective()), "application/zip", "catalogue.zip");
    }

    static async Task<IResult> RemoveAsync(string id, CatalogueEditor editor, ICatalogue catalogue, ICurrentActor current, HttpContext context)
    {
        var actor = await current.GetAsync();
        actor.Demand(Permission.EditCatalogue);
        if (catalogue.Current.Find(id) is null)
            throw new NotFoundException($"system {id}");
        await editor.RemoveSystemsAsync(actor, [id], context.RequestAborted);
        return Results.NoContent();
    }

    static async Task<IResult> RestoreAsync(string id, CatalogueEditor editor, ICurrentActor current, HttpContext context)
    {
        await editor.RevertSystemAsync(await current.GetAsync(), id, context.RequestAborted);
        return Results.NoContent();
    }

    static CatalogueDocument Find(CatalogueEditor editor, Actor actor, string path)
    {
        var document = editor.Sources.Find(path);
        return CatalogueView.MaySee(actor, path) && (document.FileText is not null || document.Overlay is not null) ? document : throw new NotFoundException($"document {path}");
    }

    static (object Value, int Version) Now(CatalogueEditor editor, string path)
    {
        var document = editor.Sources.Find(path);
        return (Describe(document, withText: true), document.Version);
    }

    // Who may replace the document must have it as it is; everybody else sees no secret.
    static object Describe(CatalogueDocument document, bool withText, Actor? reader = null) => new
    {
        document.Path,
        State = CatalogueView.State(document),
        document.IsDiverged,
        document.Version,
        document.Overlay?.EditedBy,
        document.Overlay?.EditedAt,
        Text = withText ? CatalogueView.Shown(reader, document.Text) : null,
        FileText = withText ? CatalogueView.Shown(reader, document.FileText) : null,
        BaseText = withText ? CatalogueView.Shown(reader, document.Overlay?.BaseText) : null,
    };

    static object Describe(CatalogueProblem problem) => new { problem.File, problem.Line, problem.Message, problem.Remedy, problem.IsWarning };

    static object Describe(MonitoredSystem system) => new
    {
        system.Id,
        system.Name,
        system.Short,
        system.Description,
        system.Components,
        system.Contacts,
        Links = system.Links.Select(link => link with { Url = SecretMask.Text(link.Url) }),
        system.Words,
        system.Affected,
        Targets = system.Targets.Select(target => new
        {
            target.Id,
            target.ComponentId,
            target.Environment,
            target.Job,
            target.Kind,
            Address = target.Place,
            target.Instance,
            target.Interval,
            target.Timeout,
            target.Labels,
            target.File,
            target.Line,
        }),
    };
}
