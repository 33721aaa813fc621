using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Shell.Faults;
using OpsDashboard.Tests.Simulator;
using Xunit;

namespace OpsDashboard.Tests.Shell.Faults;

public sealed class FaultDeskTests(RunningFleet fleet) : IClassFixture<RunningFleet>
{
    const string System = "nba-projections";

    static readonly Actor Responder = new("1", "Ana", ActorKind.Person, [new(Role.Responder, System)]);
    static readonly Actor Viewer = new("2", "Ben", ActorKind.Person, [new(Role.Viewer, null)]);
    static readonly Actor Admin = new("3", "Cy", ActorKind.Person, [new(Role.Admin, null)]);

    readonly RecordedAudit audit = new();

    [Fact]
    public async Task Inject_ByAResponder_IsInForceAndAudited()
    {
        var faults = await Desk().InjectAsync(Responder, System, new("slow", 60, 2), default);
        Assert.Equal(2, Assert.Single(faults).Value);
        var record = Assert.Single(audit.Records);
        Assert.Equal(("fault.injected", $"system/{System}", AuditOutcome.Done), (record.Action, record.Subject, record.Outcome));
        Assert.Equal("slow", record.Particulars!["kind"]);
        Assert.Empty(await Desk().EndAsync(Responder, System, null, default));
        Assert.Equal("fault.ended", audit.Records[^1].Action);
    }

    [Fact]
    public async Task Inject_OutsideTheGrants_IsRefusedAndHarmless()
    {
        await Assert.ThrowsAsync<AccessDeniedException>(() => Desk().InjectAsync(Responder, "liap-tui", new("crash"), default));
        await Assert.ThrowsAsync<AccessDeniedException>(() => Desk().InjectAsync(Viewer, System, new("crash"), default));
        await Assert.ThrowsAsync<AccessDeniedException>(() => Desk().ReadAsync(Viewer, default));
        await Assert.ThrowsAsync<AccessDeniedException>(() => Desk().SwitchAsync(Responder, false, default));
        Assert.Empty(audit.Records);
        Assert.Empty(await Desk().FaultsAsync(Admin, "liap-tui", default));
    }

    [Theory]
    [InlineData("melt", null, null, "kind")]
    [InlineData(null, null, null, "kind")]
    [InlineData("frameDrop", null, null, "kind")]
    [InlineData("slow", 0.0, null, "seconds")]
    [InlineData("slow", 4000.0, null, "seconds")]
    [InlineData("slow", null, 99.0, "value")]
    [InlineData("crash", null, 1.0, "value")]
    public async Task Inject_BadInput_NamesTheFieldAndAuditsNothing(string? kind, double? seconds, double? value, string field)
    {
        var refused = await Assert.ThrowsAsync<InvalidInputException>(() => Desk().InjectAsync(Responder, System, new(kind, seconds, value), default));
        Assert.Equal(field, Assert.Single(refused.Problems).Field);
        Assert.Empty(audit.Records);
    }

    [Fact]
    public async Task UnknownSystem_IsNotFound()
    {
        await Assert.ThrowsAsync<NotFoundException>(() => Desk().InjectAsync(Admin, "nobody", new("slow"), default));
        await Assert.ThrowsAsync<NotFoundException>(() => Desk().EndAsync(Admin, "nobody", null, default));
        Assert.Empty(audit.Records);
    }

    [Fact]
    public async Task Inject_WhenTheAuditCannotBeWritten_DoesNotHappen()
    {
        audit.IsDown = true;
        await Assert.ThrowsAsync<IOException>(() => Desk().InjectAsync(Responder, System, new("crash"), default));
        Assert.Empty(await Desk().FaultsAsync(Responder, System, default));
    }

    [Fact]
    public async Task Read_ShowsOnlyTheSystemsOfTheGrants()
    {
        var state = await Desk().ReadAsync(Responder, default);
        Assert.Equal(System, Assert.Single(state.Systems).Id);
        Assert.Equal(5, (await Desk().ReadAsync(Admin, default)).Systems.Count);
        Assert.DoesNotContain("frameDrop", state.Systems[0].Kinds);
    }

    [Fact]
    public async Task WithoutASimulator_NothingIsShownAndNothingFound()
    {
        using var link = new SimulatorLink(new ConfigurationBuilder().Build());
        var desk = new FaultDesk(link, audit, LeftOut(), _ => Task.CompletedTask);
        Assert.False(desk.HasSimulator);
        Assert.True((await desk.ReadAsync(Admin, default)).IsOff);
        await Assert.ThrowsAsync<NotFoundException>(() => desk.InjectAsync(Admin, System, new("slow"), default));
    }

    FaultDesk Desk() => new(new SimulatorLink(Configuration()), audit, LeftOut(), _ => Task.CompletedTask);

    LeftOutSystems LeftOut() => new(Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N")), audit);

    IConfiguration Configuration() => new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
    {
        ["Simulator:ControlAddress"] = fleet.Fleet.Control.Url,
        ["Simulator:ControlToken"] = "token",
    }).Build();

    sealed class RecordedAudit : IAuditLog
    {
        public List<AuditRecord> Records { get; } = [];

        public bool IsDown { get; set; }

        public Task CommitAsync(DbContext changes, AuditRecord record, CancellationToken stop) => AppendAsync(record, stop);

        public Task AppendAsync(AuditRecord record, CancellationToken stop)
        {
            if (IsDown)
                throw new IOException("disk full");
            Records.Add(record);
            return Task.CompletedTask;
        }
    }
}
