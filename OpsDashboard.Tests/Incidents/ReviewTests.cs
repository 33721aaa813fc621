using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Incidents;
using OpsDashboard.Incidents.Store;
using OpsDashboard.Storage;
using OpsDashboard.Tests.Alerts.Handling;
using Xunit;

namespace OpsDashboard.Tests.Incidents;

public sealed class SqliteReviewTests() : ReviewTests(StorageProvider.Sqlite);

public sealed class PostgresReviewTests() : ReviewTests(StorageProvider.Postgres);

public abstract class ReviewTests(StorageProvider provider) : IAsyncLifetime
{
    static readonly Actor Lead = new("lead", "Lead", ActorKind.Person, [new(Role.Commander, "shop")]);

    IncidentRoom room = null!;

    public async Task InitializeAsync() => room = await IncidentRoom.OpenAsync(provider);

    public Task DisposeAsync() => room.DisposeAsync().AsTask();

    async Task<Incident> ResolvedAsync()
    {
        var (opened, _) = await room.Desk.OpenAsync(AlertRoom.Ada, new("k1", "shop", Title: "Shop is down", Severity: IncidentSeverity.High), default);
        await room.Desk.TakeAsync(AlertRoom.Ada, opened.Id, IncidentRole.Commander, default);
        room.Alerts.Clock.Advance(TimeSpan.FromMinutes(9));
        return await room.Desk.ResolveAsync(AlertRoom.Ada, opened.Id, "over", "", room.Alerts.Clock.GetUtcNow().AddMinutes(-1), default);
    }

    [Fact]
    public async Task Write_OfTwoAtOnce_KeepsTheFirst_AndRefusesTheSecond()
    {
        var incident = await ResolvedAsync();
        await room.Desk.WriteReviewAsync(AlertRoom.Ada, incident.Id, new("the first"), incident.Review!.Version, default);
        await Assert.ThrowsAsync<StaleVersionException>(() => room.Desk.WriteReviewAsync(AlertRoom.Bob, incident.Id, new("the second"), incident.Review.Version, default));
        var review = (await room.OneAsync()).Review!;
        Assert.Equal(("the first", 1), (review.Summary, review.Version));
        await room.Desk.WriteReviewAsync(AlertRoom.Bob, incident.Id, new("both"), 1, default);
        Assert.Equal("both", (await room.OneAsync()).Review!.Summary);
    }

    [Fact]
    public async Task Write_InTheSameMoment_OneWins()
    {
        var incident = await ResolvedAsync();
        var written = await Task.WhenAll(Enumerable.Range(0, 4).Select(async n =>
        {
            try
            {
                await room.Desk.WriteReviewAsync(AlertRoom.Ada, incident.Id, new($"text {n}"), 0, default);
                return $"text {n}";
            }
            catch (StaleVersionException)
            {
                return null;
            }
        }));
        Assert.Equal((await room.OneAsync()).Review!.Summary, Assert.Single(written, one => one is not null));
    }

    [Fact]
    public async Task Write_IsNotDisturbed_ByAnActionItemMeanwhile()
    {
        var incident = await ResolvedAsync();
        await room.Desk.NoteAsync(AlertRoom.Bob, incident.Id, OpsDashboard.Incidents.Timeline.EntryKind.Note, "meanwhile", default);
        Assert.Equal(1, (await room.Desk.WriteReviewAsync(AlertRoom.Ada, incident.Id, new("what happened"), 0, default)).Review!.Version);
    }

    [Fact]
    public async Task Finish_AsksForSummaryAndCause_AndForItsOwnerOrACommander()
    {
        var incident = await ResolvedAsync();
        var missing = await Assert.ThrowsAsync<InvalidInputException>(() => room.Desk.FinishReviewAsync(AlertRoom.Ada, incident.Id, 0, default));
        Assert.Equal("summary", missing.Problems[0].Field);
        await room.Desk.WriteReviewAsync(AlertRoom.Bob, incident.Id, new("what happened"), 0, default);
        missing = await Assert.ThrowsAsync<InvalidInputException>(() => room.Desk.FinishReviewAsync(Lead, incident.Id, 1, default));
        Assert.Equal("cause", missing.Problems[0].Field);
        await room.Desk.WriteReviewAsync(AlertRoom.Bob, incident.Id, new("what happened", "a deploy"), 1, default);
        await Assert.ThrowsAsync<AccessDeniedException>(() => room.Desk.FinishReviewAsync(AlertRoom.Bob, incident.Id, 2, default));
        await Assert.ThrowsAsync<StaleVersionException>(() => room.Desk.FinishReviewAsync(Lead, incident.Id, 1, default));
        Assert.Equal("Lead", (await room.Desk.FinishReviewAsync(Lead, incident.Id, 2, default)).Review!.FinishedByName);
        await Assert.ThrowsAsync<IncidentStateException>(() => room.Desk.WriteReviewAsync(AlertRoom.Ada, incident.Id, new("other"), 3, default));
        Assert.Equal(["incident.review_written", "incident.review_written", "incident.review_finished"], (await room.Alerts.AuditedAsync()).Where(action => action.Contains("review", StringComparison.Ordinal)));
        Assert.Empty(await room.Store.ListAsync(new(ReviewIsOpen: true), null, 10, default));
    }

    [Fact]
    public async Task Refused_IsWhoOnlyReads_WhoIsForeign_AndWhileItIsOpen()
    {
        var (opened, _) = await room.Desk.OpenAsync(AlertRoom.Ada, new("k2", "shop", Title: "Shop is slow", Severity: IncidentSeverity.Low), default);
        await Assert.ThrowsAsync<AccessDeniedException>(() => room.Desk.WriteReviewAsync(AlertRoom.Viewer, opened.Id, new("I only read"), 0, default));
        await Assert.ThrowsAsync<NotFoundException>(() => room.Desk.WriteReviewAsync(new("eve", "Eve", ActorKind.Person, [new(Role.Admin, "other")]), opened.Id, new("not mine"), 0, default));
        await Assert.ThrowsAsync<IncidentStateException>(() => room.Desk.WriteReviewAsync(AlertRoom.Ada, opened.Id, new("too early"), 0, default));
        await Assert.ThrowsAsync<InvalidInputException>(() => room.Desk.WriteReviewAsync(AlertRoom.Ada, opened.Id, new(new('x', IncidentDesk.MaxReviewText + 1)), 0, default));
    }

    [Fact]
    public async Task Numbers_AreOfTheMonthInUtc_AndOfSystemsThatOneMayRead()
    {
        var incident = await ResolvedAsync();
        var first = new DateTimeOffset(incident.OpenedAt.Year, incident.OpenedAt.Month, 1, 0, 0, 0, TimeSpan.Zero);
        var numbers = await room.Desk.NumbersAsync(AlertRoom.Viewer, new(OpenedSince: first, OpenedUntil: first.AddMonths(1)), default);
        Assert.Equal((1, TimeSpan.Zero, TimeSpan.FromMinutes(8)), (numbers.All.Count, numbers.All.Acknowledge.Mean, numbers.All.Restore.Mean));
        Assert.Equal(0, (await room.Desk.NumbersAsync(AlertRoom.Viewer, new(OpenedSince: first.AddMonths(1)), default)).All.Count);
        Assert.Empty((await room.Desk.NumbersAsync(new("eve", "Eve", ActorKind.Person, [new(Role.Admin, "other")]), new(), default)).Measures);
    }
}
