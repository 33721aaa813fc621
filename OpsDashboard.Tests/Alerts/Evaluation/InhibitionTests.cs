using Microsoft.Extensions.Logging.Abstractions;
using OpsDashboard.Alerts;
using OpsDashboard.Alerts.Evaluation;
using OpsDashboard.Catalogue;
using OpsDashboard.Live;
using OpsDashboard.Live.Replicas;
using OpsDashboard.Storage;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Alerts.Evaluation;

/// <summary>Which failure explains which, where a component is read through another one.</summary>
public sealed class InhibitionTests
{
    [Fact]
    public async Task ReadThrough_WhileTheOtherIsDown_IsExplainedByIt_AndDoesNotExplainIt()
    {
        await using var room = await Room.OpenAsync([Of("database", "check", through: "api")]);
        var (api, database, late) = (Down("api"), Down("database"), AnAlert.Of("Late", component: "web"));
        await room.FireAsync(api, database, late);
        Assert.Equal((null, api.Id, api.Id), (room.Find(api), room.Find(database), room.Find(late)));
        // What else the database is accused of, it explains itself.
        Assert.Equal(database.Id, room.Find(AnAlert.Of("Full", component: "database")));
    }

    [Fact]
    public async Task ReadThrough_WhereTheOtherAnswers_ExplainsWhatDependsOnIt()
    {
        await using var room = await Room.OpenAsync([Of("database", "check", through: "api")]);
        var (database, late) = (Down("database"), AnAlert.Of("Late", component: "api"));
        await room.FireAsync(database, late);
        Assert.Equal((null, database.Id), (room.Find(database), room.Find(late)));
    }

    [Fact]
    public async Task ReadItselfAndThroughAnother_ExplainsTheOther()
    {
        await using var room = await Room.OpenAsync([Of("database", "check", through: "api"), Of("database", "postgres")]);
        var (api, database) = (Down("api"), Down("database"));
        await room.FireAsync(api, database);
        Assert.Equal((database.Id, null), (room.Find(api), room.Find(database)));
    }

    [Fact]
    public async Task OneSourceThatIsReadThroughAnother_IsExplainedByIt()
    {
        await using var room = await Room.OpenAsync([Of("database", "check", through: "api"), Of("database", "postgres")]);
        var api = Down("api");
        Alert Source(string job) => AnAlert.Of(BuiltInRules.SourceDown, component: "database", severity: "warning", labels: [("job", job), ("instance", $"{job}:1")]) with { RuleId = "shop/sources/SourceDown" };
        var (check, own) = (Source("check"), Source("postgres"));
        await room.FireAsync(api, check, own);
        Assert.Equal((api.Id, null), (room.Find(check), room.Find(own)));
    }

    static Target Of(string component, string job, string? through = null) => new()
    {
        SystemId = "shop",
        ComponentId = component,
        Through = through,
        Environment = "test",
        Job = job,
        Kind = "http",
        Address = $"{job}:1",
        Instance = $"{job}:1",
        Options = "",
        File = "shop/targets.yml",
        Line = 1,
    };

    static Alert Down(string component) => AnAlert.Of(BuiltInRules.ComponentDown, component: component) with { RuleId = "shop/sources/ComponentDown" };

    sealed class Room(TestDatabase database, AlertBook book, Inhibition inhibition) : IAsyncDisposable
    {
        public static async Task<Room> OpenAsync(Target[] targets)
        {
            var database = await TestDatabase.CreateAsync(StorageProvider.Sqlite);
            var book = new AlertBook(new(database.Contexts), new LiveBus(NullLogger<LiveBus>.Instance), new NoReplicas(), new FakeTimeProvider(), NullLogger<AlertBook>.Instance);
            MonitoredSystem shop = new()
            {
                Id = "shop",
                Name = "Shop",
                Short = "SH",
                Components = [new("web", "Web", "web", ["api"]), new("api", "API", "api", ["database"]), new("database", "Database", "database", [])],
                Targets = [Of("api", "health"), .. targets],
            };
            return new(database, book, new(new FixedCatalogue(new(1, "", "test", [shop], [])), book));
        }

        public Task FireAsync(params Alert[] alerts) => book.RecordAsync([.. alerts.Select(alert => new AlertChange(AlertState.Pending, alert, FakeTimeProvider.DefaultStart))], [], null, default);

        public Guid? Find(Alert alert) => inhibition.Find(alert);

        public ValueTask DisposeAsync()
        {
            inhibition.Dispose();
            return database.DisposeAsync();
        }
    }
}
