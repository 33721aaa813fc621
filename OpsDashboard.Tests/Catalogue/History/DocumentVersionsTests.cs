using OpsDashboard.Access;
using OpsDashboard.Alerts;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Catalogue.History;
using OpsDashboard.Storage;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Catalogue.History;

public sealed class DocumentVersionsTests
{
    const string Path = "shop/rules.yml";

    [Fact]
    public Task Versions_OfFileAndEdit_AreKeptComparedAndTakenBack_OnSqlite() => KeepAsync(StorageProvider.Sqlite);

    [PostgresFact]
    public Task Versions_OfFileAndEdit_AreKeptComparedAndTakenBack_OnPostgres() => KeepAsync(StorageProvider.Postgres);

    static async Task KeepAsync(StorageProvider provider)
    {
        await using var catalogue = await RunningCatalogue.StartAsync(provider, new RuleFile());
        var versions = new DocumentVersions(catalogue.Contexts, catalogue.Editor, catalogue.Clock);
        catalogue.Write(Path, Text(5));
        await catalogue.ReloadAsync();
        await versions.RecordAsync(default);
        await versions.RecordAsync(default);
        await catalogue.SaveAsync(Path, Text(7));
        await versions.RecordAsync(default);

        var kept = await versions.ListAsync(RunningCatalogue.Admin, Path, default);
        Assert.Equal([(2, RunningCatalogue.Admin.Id, Text(7)), (1, Actor.Program.Id, Text(5))], kept.Select(version => (version.Number, version.By, version.Text!)));
        var diff = await versions.DiffAsync(RunningCatalogue.Admin, Path, 1, 2, default);
        Assert.Equal([(DiffKind.Removed, Line(5)), (DiffKind.Added, Line(7))], diff.Where(line => line.Kind != DiffKind.Same).Select(line => (line.Kind, line.Text)));

        await Assert.ThrowsAsync<StaleVersionException>(() => versions.RevertAsync(RunningCatalogue.Admin, Path, 1, 1, default));
        await versions.RevertAsync(RunningCatalogue.Admin, Path, 1, 2, default);
        Assert.Equal(Text(5), catalogue.Editor.Sources.Find(Path).Text);
        Assert.Equal((3, Text(5)), (await versions.ListAsync(RunningCatalogue.Admin, Path, default)) is [var latest, ..] ? (latest.Number, latest.Text!) : default);
        Assert.Equal(["catalogue.edited", "catalogue.edited"], catalogue.Audit.Records.Select(record => record.Action).Where(action => action == "catalogue.edited"));

        catalogue.Delete(Path);
        await catalogue.ReloadAsync();
        await versions.RecordAsync(default);
        Assert.Null((await versions.ListAsync(RunningCatalogue.Admin, Path, default))[0].Text);
    }

    [Fact]
    public async Task Versions_AreForThoseWhoMay()
    {
        await using var catalogue = await RunningCatalogue.StartAsync();
        var versions = new DocumentVersions(catalogue.Contexts, catalogue.Editor, catalogue.Clock);
        var viewer = new Actor("v", "V", ActorKind.Person, [new(Role.Viewer, "shop")]);
        Assert.Empty(await versions.ListAsync(viewer, Path, default));
        await Assert.ThrowsAsync<AccessDeniedException>(() => versions.ListAsync(viewer, "game/rules.yml", default));
        await Assert.ThrowsAsync<AccessDeniedException>(() => versions.RevertAsync(viewer, Path, 1, 1, default));
        await Assert.ThrowsAsync<NotFoundException>(() => versions.DiffAsync(viewer, Path, 1, 2, default));
        await Assert.ThrowsAsync<NotFoundException>(() => versions.RevertAsync(RunningCatalogue.Admin, Path, 9, 1, default));
    }

    static string Line(int threshold) => $"      - {{ alert: A, expr: up > {threshold}, annotations: {{ summary: s }} }}";

    static string Text(int threshold) => $"groups:\n  - name: g\n    rules:\n{Line(threshold)}\n";
}
