using Microsoft.EntityFrameworkCore;
using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Metrics.Charts;
using OpsDashboard.Metrics.Pages;
using OpsDashboard.Metrics.PromQl;
using OpsDashboard.Storage;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Metrics.Pages;

public class PinnedPanelsTests
{
    static readonly Actor Ada = new("ada", "Ada", ActorKind.Person, [new(Role.Viewer, "shop")]);
    static readonly Actor Bob = new("bob", "Bob", ActorKind.Person, [new(Role.Admin, null)]);

    [Fact]
    public Task Panel_PinnedAndRemoved_OnSqlite() => KeepAndRemoveAsync(StorageProvider.Sqlite);

    [PostgresFact]
    public Task Panel_PinnedAndRemoved_OnPostgres() => KeepAndRemoveAsync(StorageProvider.Postgres);

    static async Task KeepAndRemoveAsync(StorageProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var log = new SavingLog();
        var panels = new PinnedPanels(database.Contexts, log, new PromQlEngine(new FakeSamples(), TimeProvider.System), new FakeTimeProvider());
        var (pinned, problems) = await panels.PinAsync(Ada, "", " Load ", "rate(load_seconds_total[1m])", Unit.Seconds, default);
        Assert.Empty(problems);
        var kept = Assert.Single(await panels.ListAsync(Ada, default));
        Assert.Equal((PinnedPanel.FirstDashboard, "Load", "rate(load_seconds_total[1m])", Unit.Seconds, pinned!.Id), (kept.Dashboard, kept.Title, kept.Expression, kept.Unit, kept.Id));

        // Nobody sees or removes what is another's, an administrator included.
        Assert.Empty(await panels.ListAsync(Bob, default));
        Assert.False(await panels.UnpinAsync(Bob, kept.Id, default));
        Assert.True(await panels.UnpinAsync(Ada, kept.Id, default));
        Assert.False(await panels.UnpinAsync(Ada, kept.Id, default));
        Assert.Empty(await panels.ListAsync(Ada, default));
        Assert.Equal(["chart.pinned", "chart.unpinned"], log.Actions);
    }

    [Fact]
    public async Task Panel_WithProblems_NamesThemAllAndIsNotKept()
    {
        await using var database = await TestDatabase.CreateAsync(StorageProvider.Sqlite);
        var panels = new PinnedPanels(database.Contexts, new SavingLog(), new PromQlEngine(new FakeSamples(), TimeProvider.System), new FakeTimeProvider());
        var (panel, problems) = await panels.PinAsync(Ada, "", " ", "sum(", Unit.None, default);
        Assert.Null(panel);
        Assert.Equal(["title", "expression"], problems.Select(problem => problem.Field));
        for (var i = 0; i < PinnedPanels.Most; i++)
            await panels.PinAsync(Ada, "", "x", "up", Unit.None, default);
        Assert.NotEmpty((await panels.PinAsync(Ada, "", "one too many", "up", Unit.None, default)).Problems);
        Assert.Equal(PinnedPanels.Most, (await panels.ListAsync(Ada, default)).Count);
    }

    [Fact]
    public async Task Panel_WithADashboardName_IsKeptUnderIt()
    {
        await using var database = await TestDatabase.CreateAsync(StorageProvider.Sqlite);
        var panels = new PinnedPanels(database.Contexts, new SavingLog(), new PromQlEngine(new FakeSamples(), TimeProvider.System), new FakeTimeProvider());
        await panels.PinAsync(Ada, " Night shift ", "x", "up", Unit.None, default);
        await panels.PinAsync(Ada, "", "y", "up", Unit.None, default);
        Assert.Equal(["My dashboard", "Night shift"], (await panels.ListAsync(Ada, default)).Select(panel => panel.Dashboard).Order());
        Assert.Equal("dashboard", Assert.Single((await panels.PinAsync(Ada, new string('n', 61), "z", "up", Unit.None, default)).Problems).Field);
    }

    [Fact]
    public async Task Stranger_AnyAction_IsDenied()
    {
        await using var database = await TestDatabase.CreateAsync(StorageProvider.Sqlite);
        var panels = new PinnedPanels(database.Contexts, new SavingLog(), new PromQlEngine(new FakeSamples(), TimeProvider.System), new FakeTimeProvider());
        await Assert.ThrowsAsync<AccessDeniedException>(() => panels.ListAsync(Actor.Stranger(null), default));
        await Assert.ThrowsAsync<AccessDeniedException>(() => panels.PinAsync(Actor.Stranger(null), "", "x", "up", Unit.None, default));
        await Assert.ThrowsAsync<AccessDeniedException>(() => panels.UnpinAsync(Actor.Stranger(null), Guid.Empty, default));
    }

    /// <summary>Saves as the audit log does, without the chain.</summary>
    sealed class SavingLog : IAuditLog
    {
        public List<string> Actions { get; } = [];

        public async Task CommitAsync(DbContext changes, AuditRecord record, CancellationToken stop)
        {
            await changes.SaveChangesAsync(stop);
            Actions.Add(record.Action);
        }

        public Task AppendAsync(AuditRecord record, CancellationToken stop) => Task.CompletedTask;
    }
}
