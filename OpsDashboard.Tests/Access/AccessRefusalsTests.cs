using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Storage;
using Xunit;

namespace OpsDashboard.Tests.Access;

public sealed class AccessRefusalsTests
{
    static readonly Actor Viewer = new("viewer-1", "Viewer", ActorKind.Person, [new(Role.Viewer, "shop")]);

    [Fact]
    public async Task Demand_OutsideOfARequest_IsAudited_RepeatsAreCounted()
    {
        await using var access = await AccessSetup.CreateAsync(StorageProvider.Sqlite);
        var refusals = Refusals(access);
        var actor = Viewer with { Refusals = refusals };
        for (var i = 0; i < 50; i++)
            Assert.Throws<AccessDeniedException>(() => actor.Demand(Permission.PauseCollectors, "shop"));
        Assert.Throws<AccessDeniedException>(() => actor.Demand(Permission.PauseCollectors, "game"));
        await refusals.Written;
        var entries = await access.Audit.Reader.FindAsync(new(), null, 100, CancellationToken.None);
        Assert.Equal(["system/game", "system/shop"], entries.Select(line => line.Entry.Subject));
        Assert.All(entries, line => Assert.Equal(("access.refused", AuditOutcome.Refused, "viewer-1"), (line.Entry.Action, line.Entry.Outcome, line.Entry.ActorId)));
        Assert.Equal(Enumerable.Repeat<string?>("viewer-1", 49), access.Strangers.Addresses);

        access.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Throws<AccessDeniedException>(() => actor.Demand(Permission.PauseCollectors, "shop"));
        await refusals.Written;
        Assert.Equal(3, (await access.ActionsAsync()).Length);
    }

    [Fact]
    public async Task Demand_ForEverNewSystems_EndsAtANumberOfEntries()
    {
        await using var access = await AccessSetup.CreateAsync(StorageProvider.Sqlite);
        var refusals = Refusals(access);
        for (var i = 0; i < 100; i++)
            refusals.Note(Viewer, "PauseCollectors", $"system-{i}");
        await refusals.Written;
        Assert.Equal(30, (await access.ActionsAsync()).Length);
        Assert.Equal(70, access.Strangers.Addresses.Count);
    }

    [Fact]
    public async Task Stranger_IsCountedOnly()
    {
        await using var access = await AccessSetup.CreateAsync(StorageProvider.Sqlite);
        var refusals = Refusals(access);
        Assert.Throws<AccessDeniedException>(() => (Actor.Stranger("192.0.2.7") with { Refusals = refusals }).Demand(Permission.ReadMetrics));
        await refusals.Written;
        Assert.Empty(await access.ActionsAsync());
        Assert.Equal(["192.0.2.7"], access.Strangers.Addresses);
    }

    static AccessRefusals Refusals(AccessSetup access) =>
        new(access.Audit.Log, access.Strangers, new HttpContextAccessor(), access.Clock, NullLogger<AccessRefusals>.Instance);
}
