using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Catalogue.Drafts;
using OpsDashboard.Storage;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Catalogue.Drafts;

public sealed class DocumentDraftsTests
{
    const string Path = "environments/test.yml";
    const string Changed = "variables: { shop_api: \"127.0.0.1:9200\" }\n";

    static readonly Actor Author = RunningCatalogue.Admin;
    static readonly Actor Other = new("0198", "Bob", ActorKind.Person, [new(Role.Admin, null)]);

    static DocumentDrafts DraftsOf(RunningCatalogue catalogue) => new(catalogue.Contexts, catalogue.Editor, catalogue.Audit, catalogue.Clock);

    static Task<DocumentDraft> WriteAsync(RunningCatalogue catalogue, string? text = Changed, Actor? by = null, string reason = "The new web server") =>
        DraftsOf(catalogue).WriteAsync(by ?? Author, new(Path, text, catalogue.Version(Path)), reason, default);

    [Fact]
    public Task Draft_CountsOnceAnotherActivatesIt_OnSqlite() => ActivateAsync(StorageProvider.Sqlite);

    [PostgresFact]
    public Task Draft_CountsOnceAnotherActivatesIt_OnPostgres() => ActivateAsync(StorageProvider.Postgres);

    static async Task ActivateAsync(StorageProvider provider)
    {
        await using var catalogue = await RunningCatalogue.StartAsync(provider);
        var drafts = DraftsOf(catalogue);
        var before = catalogue.Editor.Sources.Find(Path).Text;
        var draft = await WriteAsync(catalogue);
        Assert.Equal(before, catalogue.Editor.Sources.Find(Path).Text);
        Assert.Equal([(draft.Id, Changed, "The new web server", Author.Id)], (await drafts.OpenAsync(Author, Path, default)).Select(open => (open.Id, open.Text!, open.Reason, open.WrittenBy)));

        await drafts.ActivateAsync(Other, draft.Id, default);

        Assert.Equal((Changed, Author.Id), (catalogue.Editor.Sources.Find(Path).Text, catalogue.Editor.Sources.Find(Path).Overlay!.EditedBy));
        Assert.Empty(await drafts.OpenAsync(Author, null, default));
        var entry = catalogue.Audit.Records.Single(record => record.Action == "draft.activated");
        Assert.Equal((Other.Id, draft.Id, Author.Id), (entry.Actor.Id, entry.Particulars!["draft"], entry.Particulars["writtenBy"]));
        await Assert.ThrowsAsync<StaleVersionException>(() => drafts.ActivateAsync(Other, draft.Id, default));
    }

    [Fact]
    public async Task Author_Activates_IsRefusedAndNothingChanges()
    {
        await using var catalogue = await RunningCatalogue.StartAsync();
        var before = catalogue.Editor.Sources.Find(Path).Text;
        var draft = await WriteAsync(catalogue);

        var refusal = await Assert.ThrowsAsync<AccessDeniedException>(() => DraftsOf(catalogue).ActivateAsync(Author, draft.Id, default));

        Assert.StartsWith("Another administrator activates it", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, catalogue.Editor.Sources.Find(Path).Text);
    }

    [Fact]
    public async Task Draft_OfAToken_IsOfWhoAnswersForIt_WhoDoesNotActivateIt()
    {
        await using var catalogue = await RunningCatalogue.StartAsync();
        var draft = await WriteAsync(catalogue, by: new("token", "T", ActorKind.Token, [new(Role.Admin, null)]) { OwnerId = Author.Id });

        await Assert.ThrowsAsync<AccessDeniedException>(() => DraftsOf(catalogue).ActivateAsync(Author, draft.Id, default));
        await DraftsOf(catalogue).ActivateAsync(Other, draft.Id, default);

        Assert.Equal("token", catalogue.Audit.Records.Single(record => record.Action == "draft.written").Actor.Id);
    }

    [Theory]
    [InlineData(ActorKind.Token, Role.Admin, null)]
    [InlineData(ActorKind.Person, Role.Commander, null)]
    [InlineData(ActorKind.Person, Role.Admin, "shop")]
    public async Task WhoeverIsNoAdministratorInPerson_Activates_IsRefused(ActorKind kind, Role role, string? system)
    {
        await using var catalogue = await RunningCatalogue.StartAsync();
        var draft = await WriteAsync(catalogue);

        await Assert.ThrowsAsync<AccessDeniedException>(() => DraftsOf(catalogue).ActivateAsync(new("x", "X", kind, [new(role, system)]), draft.Id, default));

        Assert.Single(await DraftsOf(catalogue).OpenAsync(Author, Path, default));
    }

    [Fact]
    public async Task Document_ChangedMeanwhile_DraftIsNotActivated()
    {
        await using var catalogue = await RunningCatalogue.StartAsync();
        var draft = await WriteAsync(catalogue);
        catalogue.Write(Path, "variables: { a: \"1\" }\n");
        await catalogue.ReloadAsync();

        await Assert.ThrowsAsync<StaleVersionException>(() => DraftsOf(catalogue).ActivateAsync(Other, draft.Id, default));

        Assert.Single(await DraftsOf(catalogue).OpenAsync(Author, Path, default));
    }

    [Fact]
    public async Task Draft_Discarded_IsGoneAndAudited()
    {
        await using var catalogue = await RunningCatalogue.StartAsync();
        var draft = await WriteAsync(catalogue);

        await DraftsOf(catalogue).DiscardAsync(Author, draft.Id, default);

        Assert.Empty(await DraftsOf(catalogue).OpenAsync(Author, null, default));
        Assert.Equal("draft.discarded", catalogue.Audit.Records[^1].Action);
        await Assert.ThrowsAsync<StaleVersionException>(() => DraftsOf(catalogue).ActivateAsync(Other, draft.Id, default));
    }

    [Theory]
    [InlineData(" ")]
    [InlineData(null)]
    public async Task Draft_WithoutReason_IsRefused(string? reason)
    {
        await using var catalogue = await RunningCatalogue.StartAsync();
        await Assert.ThrowsAsync<InvalidInputException>(() => WriteAsync(catalogue, reason: reason ?? new('x', DocumentDrafts.MostReason + 1)));
    }

    [Fact]
    public async Task Draft_ThatBreaksTheCatalogue_IsRefusedWithItsLine()
    {
        await using var catalogue = await RunningCatalogue.StartAsync();

        var refused = await Assert.ThrowsAsync<InvalidInputException>(() => WriteAsync(catalogue, "nodes: [broken"));

        Assert.Contains(refused.Problems, problem => problem.Field.StartsWith($"{Path}:", StringComparison.Ordinal));
        Assert.Empty(await DraftsOf(catalogue).OpenAsync(Author, null, default));
    }

    [Fact]
    public async Task Audit_CannotBeWritten_NothingIsActivated()
    {
        await using var catalogue = await RunningCatalogue.StartAsync();
        var draft = await WriteAsync(catalogue);
        catalogue.Audit.IsBroken = true;

        await Assert.ThrowsAsync<IOException>(() => DraftsOf(catalogue).ActivateAsync(Other, draft.Id, default));

        catalogue.Audit.IsBroken = false;
        Assert.Single(await DraftsOf(catalogue).OpenAsync(Author, Path, default));
        Assert.Null(catalogue.Editor.Sources.Find(Path).Overlay);
    }
}
