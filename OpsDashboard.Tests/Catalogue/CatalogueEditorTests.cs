using System.IO.Compression;
using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Storage;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Catalogue;

public sealed class CatalogueEditorTests
{
    const string System = "shop/system.yml";
    static readonly string Market = CatalogueText.System.Replace("name: Shop", "name: Market") + "\n";

    [Fact]
    public Task Save_Document_WinsOverTheFileAtOnce_OnSqlite() => SaveWinsAsync(StorageProvider.Sqlite);

    [PostgresFact]
    public Task Save_Document_WinsOverTheFileAtOnce_OnPostgres() => SaveWinsAsync(StorageProvider.Postgres);

    static async Task SaveWinsAsync(StorageProvider provider)
    {
        await using var catalogue = await RunningCatalogue.StartAsync(provider);
        var (other, _) = catalogue.Replica();
        await other.ReloadAsync(CancellationToken.None);

        await catalogue.SaveAsync(System, Market);

        Assert.Equal("Market", catalogue.Host.Current.Find("shop")!.Name);
        await other.ReloadAsync(CancellationToken.None);
        Assert.Equal("Market", other.Current.Find("shop")!.Name);
        var document = catalogue.Host.Sources.Find(System);
        Assert.Equal((CatalogueText.System, Market, false), (document.FileText, document.Text, document.IsDiverged));

        await catalogue.SaveAsync(System, Market.Replace("Market", "Mall"));
        await other.ReloadAsync(CancellationToken.None);
        Assert.Equal("Mall", other.Current.Find("shop")!.Name);
        other.Dispose();
    }

    [Fact]
    public async Task Save_Document_IsAuditedWithBeforeAndAfter()
    {
        await using var catalogue = await RunningCatalogue.StartAsync();
        await catalogue.SaveAsync(System, Market);
        var record = Assert.Single(catalogue.Audit.Records);
        Assert.Equal(("catalogue.edited", "system/shop", "Ada"), (record.Action, record.Subject, record.Actor.Name));
        var document = Assert.Single((Dictionary<string, object?>[])record.Particulars!["documents"]!);
        Assert.Equal((System, CatalogueText.System, Market), (document["path"], document["before"], document["after"]));
    }

    [Theory]
    [InlineData("variables: { shop_api: \"127.0.0.1:9100\" }\nnodes:\n  a: { kind: local }\n", "nodes")]
    [InlineData("variables: { shop_api: \"127.0.0.1:9100\" }\nnodes: {}\nnodeSets:\n  s: { nodes: [a] }\n", "nodes and nodeSets")]
    public async Task Save_OtherNodes_IsRefused(string text, string sections)
    {
        await using var catalogue = await RunningCatalogue.StartAsync();
        var refused = await Assert.ThrowsAsync<InvalidInputException>(() => catalogue.SaveAsync("environments/test.yml", text));
        Assert.StartsWith($"has other {sections} than before.", Assert.Single(refused.Problems).Message, StringComparison.Ordinal);
        Assert.Empty(catalogue.Audit.Records);
    }

    [Fact]
    public async Task Save_OtherVariables_IsTaken()
    {
        await using var catalogue = await RunningCatalogue.StartAsync();
        await catalogue.SaveAsync("environments/test.yml", "variables: { shop_api: \"127.0.0.1:9200\" }\n");
        Assert.Single(catalogue.Audit.Records);
    }

    [Theory]
    [InlineData(Role.Admin, "shop")]
    [InlineData(Role.Commander, null)]
    [InlineData(Role.Viewer, null)]
    public async Task Save_WithoutTheGrantForAllSystems_IsRefused(Role role, string? systemId)
    {
        await using var catalogue = await RunningCatalogue.StartAsync();
        var actor = new Actor("1", "Bob", ActorKind.Person, [new(role, systemId)]);
        await Assert.ThrowsAsync<AccessDeniedException>(() => catalogue.SaveAsync(System, Market, actor));
        await Assert.ThrowsAsync<AccessDeniedException>(() => catalogue.Editor.RevertAsync(actor, System, 0, CancellationToken.None));
        await Assert.ThrowsAsync<AccessDeniedException>(() => catalogue.Editor.RemoveSystemsAsync(actor, ["shop"], CancellationToken.None));
        Assert.Empty(catalogue.Host.Sources.Overlays);
    }

    [Fact]
    public async Task Save_BasedOnAnOldVersion_IsRefused()
    {
        await using var catalogue = await RunningCatalogue.StartAsync();
        var read = catalogue.Version(System);
        await catalogue.SaveAsync(System, Market);
        await Assert.ThrowsAsync<StaleVersionException>(() => catalogue.SaveAsync(System, CatalogueText.System, version: read));
        Assert.Equal("Market", catalogue.Host.Current.Find("shop")!.Name);
    }

    [Fact]
    public async Task Save_AfterTheFileChangedUnseen_IsRefused()
    {
        await using var catalogue = await RunningCatalogue.StartAsync();
        var read = catalogue.Version(System);
        catalogue.Write(System, CatalogueText.System + "\ndescription: by git\n");
        await Assert.ThrowsAsync<StaleVersionException>(() => catalogue.SaveAsync(System, Market, version: read));
    }

    [Fact]
    public async Task Save_WithANewProblem_IsRefusedWithFileAndLine()
    {
        await using var catalogue = await RunningCatalogue.StartAsync();
        var refused = await Assert.ThrowsAsync<InvalidInputException>(() => catalogue.SaveAsync("shop/targets.yml", "scrape_configs:\n  - { job_name: j, component: nowhere, static_configs: [{ targets: [a] }] }\n"));
        var problem = Assert.Single(refused.Problems);
        Assert.Equal(("shop/targets.yml:2", "`nowhere` is no component of shop. Known components: api, database."), (problem.Field, problem.Message));
        Assert.Single(catalogue.Host.Current.Find("shop")!.Targets);
        Assert.Empty(catalogue.Audit.Records);
    }

    [Fact]
    public async Task Save_WhileAnotherFileIsBroken_IsAccepted()
    {
        await using var catalogue = await RunningCatalogue.StartAsync();
        catalogue.Write("other/system.yml", "id: [");
        await catalogue.SaveAsync(System, Market);
        Assert.Equal("Market", catalogue.Host.Current.Find("shop")!.Name);
    }

    [Theory]
    [InlineData("../etc/passwd")]
    [InlineData("shop/../x.yml")]
    [InlineData("shop/notes.txt")]
    [InlineData("shop/other.yml")]
    [InlineData("system.yml")]
    [InlineData("Shop/system.yml")]
    [InlineData("environments/../x.yml")]
    [InlineData("shop/sub/system.yml")]
    public async Task Save_PathThatNothingReads_IsRefused(string path)
    {
        await using var catalogue = await RunningCatalogue.StartAsync();
        var refused = await Assert.ThrowsAsync<InvalidInputException>(() => catalogue.SaveAsync(path, "a: b"));
        Assert.Equal("path", Assert.Single(refused.Problems).Field);
    }

    [Fact]
    public async Task Save_TooLong_IsRefused()
    {
        await using var catalogue = await RunningCatalogue.StartAsync();
        var refused = await Assert.ThrowsAsync<InvalidInputException>(() => catalogue.SaveAsync(System, new string('#', 300_000)));
        Assert.Equal("has 300,000 characters; at most 262,144 are read.", refused.Problems[0].Message);
    }

    [Fact]
    public async Task Save_WithoutTheAuditEntry_DoesNotHappen()
    {
        await using var catalogue = await RunningCatalogue.StartAsync();
        catalogue.Audit.IsBroken = true;
        await Assert.ThrowsAsync<IOException>(() => catalogue.SaveAsync(System, Market));
        catalogue.Audit.IsBroken = false;
        await catalogue.ReloadAsync();
        Assert.Equal("Shop", catalogue.Host.Current.Find("shop")!.Name);
    }

    [Fact]
    public async Task Overlay_FileChangesBeneath_StaysAndIsDiverged()
    {
        await using var catalogue = await RunningCatalogue.StartAsync();
        await catalogue.SaveAsync(System, Market);
        catalogue.Write(System, CatalogueText.System + "\ndescription: by git\n");
        await catalogue.ReloadAsync();

        var document = catalogue.Host.Sources.Find(System);
        Assert.True(document.IsDiverged);
        Assert.Equal("Market", catalogue.Host.Current.Find("shop")!.Name);
        Assert.Equal(["description: by git"], document.Divergence().Where(line => line.Kind == DiffKind.Added).Select(line => line.Text));
        Assert.Equal("catalogue.reloaded", catalogue.Audit.Records[^1].Action);
    }

    [Fact]
    public async Task Revert_Overlay_LetsTheFileCountAgain()
    {
        await using var catalogue = await RunningCatalogue.StartAsync();
        await catalogue.SaveAsync(System, Market);
        await catalogue.Editor.RevertAsync(RunningCatalogue.Admin, System, catalogue.Version(System), CancellationToken.None);
        Assert.Equal("Shop", catalogue.Host.Current.Find("shop")!.Name);
        Assert.Empty(catalogue.Host.Sources.Overlays);
        Assert.Equal("catalogue.reverted", catalogue.Audit.Records[^1].Action);
    }

    [Fact]
    public async Task Save_TextOfTheFile_LeavesNoOverlay()
    {
        await using var catalogue = await RunningCatalogue.StartAsync();
        await catalogue.SaveAsync(System, Market);
        await catalogue.SaveAsync(System, CatalogueText.System);
        Assert.Empty(catalogue.Host.Sources.Overlays);
    }

    [Fact]
    public async Task Save_NewSystem_NeedsNoFile()
    {
        await using var catalogue = await RunningCatalogue.StartAsync();
        await catalogue.Editor.SaveAsync(RunningCatalogue.Admin,
        [
            new("mine/system.yml", "id: mine\nname: Mine\nshort: ME\ncomponents: [{ id: app, name: App, kind: api }]\n", catalogue.Version("mine/system.yml")),
            new("mine/targets.yml", "scrape_configs: [{ job_name: app, static_configs: [{ targets: [\"127.0.0.1:1\"] }] }]\n", catalogue.Version("mine/targets.yml")),
        ], CancellationToken.None);
        Assert.Single(catalogue.Host.Current.Find("mine")!.Targets);
        Assert.Equal("system/mine", Assert.Single(catalogue.Audit.Records).Subject);
    }

    [Fact]
    public async Task RemoveSystems_ShippedSystem_GoesAndComesBack()
    {
        await using var catalogue = await RunningCatalogue.StartAsync();
        await catalogue.Editor.RemoveSystemsAsync(RunningCatalogue.Admin, ["shop"], CancellationToken.None);
        Assert.Empty(catalogue.Host.Current.Systems);
        Assert.Empty(catalogue.Host.Current.Problems);

        await catalogue.Editor.RevertSystemAsync(RunningCatalogue.Admin, "shop", CancellationToken.None);
        Assert.Single(catalogue.Host.Current.Find("shop")!.Targets);
        Assert.Empty(catalogue.Host.Sources.Overlays);
    }

    [Fact]
    public async Task Preview_Texts_SavesNothing()
    {
        await using var catalogue = await RunningCatalogue.StartAsync();
        Assert.Equal("Market", catalogue.Editor.Preview([(System, Market)]).Systems.Single().Name);
        Assert.Equal("Shop", catalogue.Host.Current.Find("shop")!.Name);
    }

    [Fact]
    public async Task Export_Edited_HoldsTheTextsThatCount()
    {
        await using var catalogue = await RunningCatalogue.StartAsync();
        await catalogue.SaveAsync(System, Market);
        using var archive = new ZipArchive(new MemoryStream(CatalogueExport.Zip(catalogue.Host.Sources.Effective())));
        Assert.Equal(["environments/test.yml", "shop/system.yml", "shop/targets.yml"], archive.Entries.Select(entry => entry.FullName));
        using var reader = new StreamReader(archive.GetEntry(System)!.Open());
        Assert.Equal(Market, await reader.ReadToEndAsync());
    }
}
