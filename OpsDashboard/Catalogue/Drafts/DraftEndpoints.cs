using OpsDashboard.Access;
using OpsDashboard.Http;

namespace OpsDashboard.Catalogue.Drafts;

/// <summary><c>/api/catalogue/drafts</c>.</summary>
static class DraftEndpoints
{
    public static void MapDraftApi(this WebApplication app)
    {
        var api = app.MapGroup("/api/catalogue/drafts").WithTags("catalogue");
        api.MapGet("", ListAsync).RequirePermission(Permission.ReadCatalogue).WithSummary("Changes of runbooks and nodes that wait for another administrator.");
        api.MapPost("", WriteAsync).RequirePermission(Permission.EditCatalogue).WithSummary("Keeps a change of a document for another administrator; basedOn is the document's version.");
        api.MapPost("/{id:guid}/activate", ActivateAsync).RequirePermission(Permission.EditCatalogue).WithSummary("Makes a draft count. Takes a person who did not write it.");
        api.MapPost("/{id:guid}/discard", DiscardAsync).RequirePermission(Permission.EditCatalogue).WithSummary("Takes a draft back or refuses it.");
    }

    public sealed record DraftText(string? Path = null, string? Text = null, int? BasedOn = null, string? Reason = null);

    public sealed record DraftAnswer(Guid Id, string Path, string? Text, int BasedOn, string Reason, string WrittenBy, DateTimeOffset WrittenAt, DraftState State);

    static async Task<IResult> ListAsync(DocumentDrafts drafts, ICurrentActor current, PageRequest page, CancellationToken stop)
    {
        var actor = await current.GetAsync();
        var cut = page.Of(await drafts.OpenAsync(actor, null, stop), draft => draft.Id.ToString());
        return Results.Json(new Page<DraftAnswer>([.. cut.Items.Select(draft => Answer(draft, CatalogueView.Shown(actor, draft.Text)))], cut.Next), Json.Options);
    }

    static async Task<IResult> WriteAsync(DraftText body, DocumentDrafts drafts, ICurrentActor current, CancellationToken stop)
    {
        var actor = await current.GetAsync();
        actor.Demand(Permission.EditCatalogue);
        var path = body.Path ?? throw new InvalidInputException("path", "is missing: name the document.");
        var basedOn = body.BasedOn ?? throw new InvalidInputException("basedOn", "is missing: the version of the document that was read.");
        var draft = await drafts.WriteAsync(actor, new(path, body.Text, basedOn), body.Reason ?? "", stop);
        return Results.Json(Answer(draft, draft.Text), Json.Options, statusCode: StatusCodes.Status201Created);
    }

    static async Task<IResult> ActivateAsync(Guid id, DocumentDrafts drafts, ICurrentActor current, CancellationToken stop)
    {
        await drafts.ActivateAsync(await current.GetAsync(), id, stop);
        return Results.NoContent();
    }

    static async Task<IResult> DiscardAsync(Guid id, DocumentDrafts drafts, ICurrentActor current, CancellationToken stop)
    {
        await drafts.DiscardAsync(await current.GetAsync(), id, stop);
        return Results.NoContent();
    }

    static DraftAnswer Answer(DocumentDraft draft, string? text) => new(draft.Id, draft.Path, text, draft.BasedOn, draft.Reason, draft.WrittenBy, draft.WrittenAt, draft.State);
}
