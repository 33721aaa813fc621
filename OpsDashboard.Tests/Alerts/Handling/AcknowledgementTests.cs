using OpsDashboard.Access;
using OpsDashboard.Alerts;
using OpsDashboard.Alerts.Handling;
using OpsDashboard.Storage;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Alerts.Handling;

public abstract class AcknowledgementTests(StorageProvider provider)
{
    protected async Task OpenAlert_Acknowledged_HasAnOwnerEverywhere_Core()
    {
        await using var room = await AlertRoom.OpenAsync(provider);
        var alert = AnAlert.Of("Heap");
        await room.FireAsync(alert);

        var outcome = await room.Acknowledgements.AcknowledgeAsync(AlertRoom.Ada, [alert.Id], new(" looking at it ", TimeSpan.FromMinutes(30)), default);

        var taken = Assert.Single(outcome.Changed);
        Assert.Equal(("ada", "ada", "looking at it", "shop", 1), (taken.OwnerId, taken.OwnerName, taken.Note, taken.SystemId, taken.Version));
        Assert.Equal(room.Clock.GetUtcNow().AddMinutes(30), taken.Until);
        Assert.Equal("ada", (await room.Handled.FindAsync(AlertRoom.Viewer, alert.Id, default)).Acknowledgement?.OwnerName);
        Assert.Equal("ada", room.Handled.Current(AlertRoom.Viewer).Single().Acknowledgement?.OwnerName);
        var neighbour = await room.NeighbourAsync();
        await neighbour.Acknowledgements.LoadAsync(default);
        Assert.Equal("looking at it", neighbour.Acknowledgements.Of(alert.Id)?.Note);
        Assert.Equal(["alert.acknowledged"], await room.AuditedAsync());
    }

    protected async Task TwoPeople_Acknowledge_OneWins_TheOtherMayTakeOver_Core()
    {
        await using var room = await AlertRoom.OpenAsync(provider);
        var alert = AnAlert.Of("Heap");
        await room.FireAsync(alert);
        await room.Acknowledgements.AcknowledgeAsync(AlertRoom.Ada, [alert.Id], new(), default);

        var second = await room.Acknowledgements.AcknowledgeAsync(AlertRoom.Bob, [alert.Id], new(), default);
        Assert.Equal(("ada", 0), (Assert.Single(second.Held).OwnerId, second.Changed.Count));
        Assert.Single(await room.AuditedAsync());

        var again = await room.Acknowledgements.AcknowledgeAsync(AlertRoom.Bob, [alert.Id], new(TakesOver: true), default);
        Assert.Equal(("bob", 2), (Assert.Single(again.Changed).OwnerId, again.Changed[0].Version));
        Assert.Equal("bob", room.Acknowledgements.Of(alert.Id)?.OwnerId);
    }

    protected async Task Timer_RunsOut_AlertIsNobodysAgain_Core()
    {
        await using var room = await AlertRoom.OpenAsync(provider);
        var (short_, long_) = (AnAlert.Of("Heap"), AnAlert.Of("Disk"));
        await room.FireAsync(short_, long_);
        await room.Acknowledgements.AcknowledgeAsync(AlertRoom.Ada, [short_.Id], new(For: TimeSpan.FromMinutes(5)), default);
        await room.Acknowledgements.AcknowledgeAsync(AlertRoom.Ada, [long_.Id], new(), default);
        var neighbour = await room.NeighbourAsync();
        await neighbour.Acknowledgements.LoadAsync(default);

        room.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Null(room.Acknowledgements.Of(short_.Id));
        await room.Acknowledgements.ExpireAsync(default);
        await neighbour.Acknowledgements.ExpireAsync(default);
        Assert.NotNull(room.Acknowledgements.Of(long_.Id));
        Assert.Equal(["alert.acknowledged", "alert.acknowledged", "acknowledgement.expired"], await room.AuditedAsync());
        Assert.Single((await room.Acknowledgements.AcknowledgeAsync(AlertRoom.Bob, [short_.Id], new(), default)).Changed);
    }

    protected async Task Released_OrResolved_NobodyHasIt_Core()
    {
        await using var room = await AlertRoom.OpenAsync(provider);
        var (first, second) = (AnAlert.Of("Heap"), AnAlert.Of("Disk"));
        await room.FireAsync(first, second);
        await room.Acknowledgements.AcknowledgeAsync(AlertRoom.Ada, [first.Id, second.Id], new(), default);

        Assert.Equal(1, await room.Acknowledgements.ReleaseAsync(AlertRoom.Bob, [first.Id], default));
        Assert.Equal(0, await room.Acknowledgements.ReleaseAsync(AlertRoom.Bob, [first.Id], default));
        Assert.Null(room.Acknowledgements.Of(first.Id));
        await room.ResolveAsync(first, second);
        Assert.All(room.Handled.Current(AlertRoom.Viewer), one => Assert.Null(one.Acknowledgement));
        var late = await room.Acknowledgements.AcknowledgeAsync(AlertRoom.Bob, [first.Id], new(), default);
        Assert.Equal([first.Id], late.Over);
        Assert.Equal(["alert.acknowledged", "alert.unacknowledged"], await room.AuditedAsync());
    }

    protected async Task TenThousandOpenAlerts_OneStatementOneEntry_Core()
    {
        await using var room = await AlertRoom.OpenAsync(provider);
        var alerts = Enumerable.Range(0, 10_000).Select(i => AnAlert.Of("Heap", labels: ("i", $"{i}"))).ToArray();
        await room.FireAsync(alerts);

        var outcome = await room.Acknowledgements.AcknowledgeAsync(AlertRoom.Ada, [.. alerts.Select(alert => alert.Id)], new("all of it"), default);

        Assert.Equal(10_000, outcome.Changed.Count);
        Assert.Single(await room.AuditedAsync());
        Assert.Equal(10_000, await room.Acknowledgements.ReleaseAsync(AlertRoom.Ada, [.. alerts.Select(alert => alert.Id)], default));
    }
}

public sealed class SqliteAcknowledgementTests() : AcknowledgementTests(StorageProvider.Sqlite)
{
    [Fact]
    public Task OpenAlert_Acknowledged_HasAnOwnerEverywhere() => OpenAlert_Acknowledged_HasAnOwnerEverywhere_Core();

    [Fact]
    public Task TwoPeople_Acknowledge_OneWins_TheOtherMayTakeOver() => TwoPeople_Acknowledge_OneWins_TheOtherMayTakeOver_Core();

    [Fact]
    public Task Timer_RunsOut_AlertIsNobodysAgain() => Timer_RunsOut_AlertIsNobodysAgain_Core();

    [Fact]
    public Task Released_OrResolved_NobodyHasIt() => Released_OrResolved_NobodyHasIt_Core();

    [Fact]
    public Task TenThousandOpenAlerts_OneStatementOneEntry() => TenThousandOpenAlerts_OneStatementOneEntry_Core();

    [Fact]
    public async Task WhoMayNot_IsRefused_AndNothingChanges()
    {
        await using var room = await AlertRoom.OpenAsync();
        var (mine, other) = (AnAlert.Of("Heap"), AnAlert.Of("Heap", "game"));
        await room.FireAsync(mine, other);

        await Assert.ThrowsAsync<AccessDeniedException>(() => room.Acknowledgements.AcknowledgeAsync(AlertRoom.Viewer, [mine.Id], new(), default));
        await Assert.ThrowsAsync<NotFoundException>(() => room.Acknowledgements.AcknowledgeAsync(AlertRoom.Ada, [mine.Id, other.Id], new(), default));
        var reader = AlertRoom.Ada with { Grants = [.. AlertRoom.Ada.Grants, new(OpsDashboard.Audit.Role.Viewer, "game")] };
        await Assert.ThrowsAsync<AccessDeniedException>(() => room.Acknowledgements.AcknowledgeAsync(reader, [mine.Id, other.Id], new(), default));
        await Assert.ThrowsAsync<NotFoundException>(() => room.Acknowledgements.ReleaseAsync(AlertRoom.Ada, [other.Id], default));
        Assert.Null(room.Acknowledgements.Of(mine.Id));
        Assert.Empty(await room.AuditedAsync());
    }

    [Theory]
    [InlineData(59, 0)]
    [InlineData(8 * 86_400, 0)]
    [InlineData(null, 2001)]
    public async Task BadInput_IsRefused(int? seconds, int length)
    {
        await using var room = await AlertRoom.OpenAsync();
        var alert = AnAlert.Of("Heap");
        await room.FireAsync(alert);
        var input = new AcknowledgementInput(new string('x', length), seconds is { } timer ? TimeSpan.FromSeconds(timer) : null);
        await Assert.ThrowsAsync<InvalidInputException>(() => room.Acknowledgements.AcknowledgeAsync(AlertRoom.Ada, [alert.Id], input, default));
        await Assert.ThrowsAsync<InvalidInputException>(() => room.Acknowledgements.AcknowledgeAsync(AlertRoom.Ada, [], new(), default));
    }
}

public sealed class PostgresAcknowledgementTests() : AcknowledgementTests(StorageProvider.Postgres)
{
    [PostgresFact]
    public Task OpenAlert_Acknowledged_HasAnOwnerEverywhere() => OpenAlert_Acknowledged_HasAnOwnerEverywhere_Core();

    [PostgresFact]
    public Task TwoPeople_Acknowledge_OneWins_TheOtherMayTakeOver() => TwoPeople_Acknowledge_OneWins_TheOtherMayTakeOver_Core();

    [PostgresFact]
    public Task Timer_RunsOut_AlertIsNobodysAgain() => Timer_RunsOut_AlertIsNobodysAgain_Core();

    [PostgresFact]
    public Task Released_OrResolved_NobodyHasIt() => Released_OrResolved_NobodyHasIt_Core();

    [PostgresFact]
    public Task TenThousandOpenAlerts_OneStatementOneEntry() => TenThousandOpenAlerts_OneStatementOneEntry_Core();
}
