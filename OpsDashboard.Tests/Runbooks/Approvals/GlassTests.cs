using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Runbooks;
using OpsDashboard.Runbooks.Approvals;
using OpsDashboard.Storage;
using Xunit;

namespace OpsDashboard.Tests.Runbooks.Approvals;

public sealed class SqliteGlassTests() : GlassTests(StorageProvider.Sqlite);

public sealed class PostgresGlassTests() : GlassTests(StorageProvider.Postgres);

/// <summary>A commander alone starts what needs an approval.</summary>
public abstract class GlassTests(StorageProvider provider) : IAsyncLifetime
{
    static readonly string Risky = RunbookText.Valid.Replace("risk: reversible", "risk: dataChanging");
    static readonly Actor Second = RunRoom.Chief with { Id = "second", Name = "Second" };

    RunRoom room = null!;

    Actor Fresh => RunRoom.Chief with { SignedInAt = room.Clock.GetUtcNow() };

    public async Task InitializeAsync() => room = await RunRoom.OpenAsync(Risky, provider, "production");

    public Task DisposeAsync() => room.DisposeAsync().AsTask();

    [Fact]
    public async Task BreakGlass_StartsAtOnce_TellsOnce_AndIsReviewedByAnother()
    {
        var run = (await BreakAsync(Fresh)).Run;
        Assert.Equal((RunStatus.Queued, false, true), (run.Status, run.IsAsked, run.IsUnreviewed));
        run = await room.DriveAsync(run);
        Assert.Equal(RunStatus.Succeeded, run.Status);
        Assert.Equal(["in-app"], run.BreakGlass!.Told);
        var told = await room.ToldAsync();
        Assert.Equal(2, told.Count);
        Assert.All(told, title => Assert.StartsWith("Notice: RUN-1, Restart the API: Chief broke the glass and started it without approval, because: Nobody answers. It changes data, production. With unit api.", title, StringComparison.Ordinal));

        Assert.Equal(run.Id, Assert.Single(await room.Runs.ListAsync(RunRoom.Viewer, new(RunbookId: "shop.restart", ReviewDueBefore: DateTimeOffset.MaxValue), null, 10, default)).Id);
        Assert.Empty(await room.Runs.ListAsync(RunRoom.Viewer, new(ReviewDueBefore: room.Clock.GetUtcNow()), null, 10, default));
        room.Clock.Advance(TimeSpan.FromHours(24.1));
        Assert.Single(await room.Runs.ListAsync(RunRoom.Viewer, new(ReviewDueBefore: room.Clock.GetUtcNow()), null, 10, default));

        await Assert.ThrowsAsync<AccessDeniedException>(() => room.Reviews.CloseAsync(RunRoom.Chief, run.Id, "all well", default));
        await Assert.ThrowsAsync<AccessDeniedException>(() => room.Reviews.CloseAsync(RunRoom.Bob, run.Id, "all well", default));
        await Assert.ThrowsAsync<InvalidInputException>(() => room.Reviews.CloseAsync(Second, run.Id, " ", default));
        run = await room.Reviews.CloseAsync(Second, run.Id, "It was right.", default);
        Assert.Equal(("Second", "It was right."), (run.BreakGlass!.Review!.ByName, run.BreakGlass.Review.Sentence));
        await Assert.ThrowsAsync<RunStateException>(() => room.Reviews.CloseAsync(Second, run.Id, "again", default));
        Assert.Empty(await room.Runs.ListAsync(RunRoom.Viewer, new(ReviewDueBefore: room.Clock.GetUtcNow()), null, 10, default));
        Assert.Equal([("chief", "runbook.glass_broken"), ("program", "run.ended"), ("second", "run.glass_reviewed")], (await room.AuditedAsync()).Select(entry => (entry.ActorId, entry.Action)));
    }

    [Fact]
    public async Task BreakGlass_WithoutWhatItTakes_IsRefused_AndStartsNothing()
    {
        Assert.Equal("reason", (await RefusedAsync(Fresh, reason: " ")).Problems[0].Field);
        Assert.Equal("typedName", (await RefusedAsync(Fresh, typedName: "SHOP/API")).Problems[0].Field);
        Assert.Equal("password", (await RefusedAsync(RunRoom.Chief)).Problems[0].Field);
        Assert.Equal("password", (await RefusedAsync(RunRoom.Chief with { SignedInAt = room.Clock.GetUtcNow().AddMinutes(-5.1) })).Problems[0].Field);
        await Assert.ThrowsAsync<AccessDeniedException>(() => BreakAsync(RunRoom.Ada with { SignedInAt = room.Clock.GetUtcNow() }));
        await Assert.ThrowsAsync<AccessDeniedException>(() => BreakAsync(new("robot", "Robot", ActorKind.Token, [new(Role.Admin, null)]) { SignedInAt = room.Clock.GetUtcNow() }));
        Assert.Empty(await room.Runs.ListAsync(RunRoom.Viewer, new(), null, 10, default));
    }

    [Fact]
    public async Task BreakGlass_WhereNoApprovalIsNeeded_IsRefused()
    {
        room.Rewrite(RunbookText.Valid);
        Assert.Equal("breakGlass", (await RefusedAsync(Fresh)).Problems[0].Field);
    }

    async Task<InvalidInputException> RefusedAsync(Actor actor, string reason = "Nobody answers", string typedName = "restart") =>
        await Assert.ThrowsAsync<InvalidInputException>(() => BreakAsync(actor, reason, typedName));

    async Task<(Run Run, bool WasThere)> BreakAsync(Actor actor, string reason = "Nobody answers", string typedName = "restart") =>
        await room.Runs.StartAsync(actor, "shop.restart", (await room.ConfirmedAsync(actor)) with { BreakGlass = new GlassRequest(reason, typedName, null) }, default);
}
