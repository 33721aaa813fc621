using OpsDashboard.Runbooks;
using OpsDashboard.Runbooks.Steps;
using OpsDashboard.Simulator.Systems;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Runbooks.Procedures;

/// <summary>
/// Every shipped runbook runs whole against its simulated system with the fault that it is made for: the rule fires, the run is started for its alert,
/// and ends effective because the alert's own condition has passed.
/// </summary>
public abstract class ProcedureTests
{
    protected static Task RunAsync(string id) => RunAsync(ProcedureTable.All.Single(one => one.Id == id));

    internal static async Task RunAsync(Procedure procedure)
    {
        await using var room = await ProcedureRoom.OpenAsync(procedure.SystemId);
        Run? run = null;
        await QuietLoop.Run(async () => run = await WholeAsync(room, procedure), room.Scraped.Pass, () => room.Away.IsAway);
        var output = string.Join('\n', run!.Steps.Select(step => $"{step.Name} {step.State} {step.Reason} {step.Observation}").Concat(await room.OutputAsync(run)));
        Assert.True((run.Status, run.Effect) == (RunStatus.Succeeded, procedure.Ending), $"{run.Status} {run.Effect}: {run.Reason}\n{output}");
        Assert.Equal(procedure.Failing, run.Steps.Where(step => step.State == StepState.Failed).Select(step => step.Name));
        Assert.Equal(procedure.FaultStays, room.Scraped.System.Faults.InForce().Count > 0);
    }

    internal static async Task<Run> WholeAsync(ProcedureRoom room, Procedure procedure)
    {
        await room.WaitAsync(TimeSpan.FromSeconds(10));
        if (procedure.Fault is { } fault)
            room.Scraped.System.Faults.Start(fault, procedure.Value, TimeSpan.FromSeconds(procedure.FaultSeconds));
        await room.WaitAsync(TimeSpan.FromSeconds(5));
        var alert = procedure.Alert is { } rule ? await room.FireAsync(rule) : null;
        if (alert is not null)
            Assert.Contains(room.List.Of(RunRoom.Chief, alert), runbook => runbook.Id == procedure.Id);
        var parameters = new Dictionary<string, string>(procedure.Parameters);
        if (procedure.Runbook == "inspect-room")
            parameters["room"] = ((LiapTui)room.Scraped.System).Hall.Rooms[0].Id;
        return await room.FinishAsync(await room.StartAsync(procedure.Runbook, alert, parameters), (_, step) => procedure.Answers.TryGetValue(step.Name, out var answer) ? (answer, null) : (null, "seen and done"));
    }
}

public sealed class CaseOpeningProcedureTests : ProcedureTests
{
    public static TheoryData<string> Ids => ProcedureTable.Of("case-opening");

    [Theory]
    [MemberData(nameof(Ids))]
    public Task Procedure_RunsToItsEnd(string id) => RunAsync(id);
}

public sealed class DndCompanionProcedureTests : ProcedureTests
{
    public static TheoryData<string> Ids => ProcedureTable.Of("dnd-companion");

    [Theory]
    [MemberData(nameof(Ids))]
    public Task Procedure_RunsToItsEnd(string id) => RunAsync(id);
}

public sealed class LiapTuiProcedureTests : ProcedureTests
{
    public static TheoryData<string> Ids => ProcedureTable.Of("liap-tui");

    [Theory]
    [MemberData(nameof(Ids))]
    public Task Procedure_RunsToItsEnd(string id) => RunAsync(id);
}

public sealed class NbaProjectionsProcedureTests : ProcedureTests
{
    public static TheoryData<string> Ids => ProcedureTable.Of("nba-projections");

    [Theory]
    [MemberData(nameof(Ids))]
    public Task Procedure_RunsToItsEnd(string id) => RunAsync(id);
}

public sealed class QuantumNexusProcedureTests : ProcedureTests
{
    public static TheoryData<string> Ids => ProcedureTable.Of("quantum-nexus");

    [Theory]
    [MemberData(nameof(Ids))]
    public Task Procedure_RunsToItsEnd(string id) => RunAsync(id);
}

public sealed class ProcedureTableTests
{
    [Theory]
    [InlineData("case-opening.investigate-errors", "From the program itself")]
    [InlineData("dnd-companion.slow-queries", "Too much work. Scale the backend")]
    public async Task Procedure_WithTheWrongRemedy_IsNotGreenByDecree(string id, string answer)
    {
        var procedure = ProcedureTable.All.Single(one => one.Id == id);
        procedure = procedure with { Answers = procedure.Answers.ToDictionary(pair => pair.Key, _ => answer) };
        await using var room = await ProcedureRoom.OpenAsync(procedure.SystemId);
        Run? run = null;
        await QuietLoop.Run(async () => run = await ProcedureTests.WholeAsync(room, procedure), room.Scraped.Pass, () => room.Away.IsAway);
        Assert.Equal((RunStatus.Failed, RunEffect.None), (run!.Status, run.Effect));
        Assert.StartsWith("It took longer than", run.Steps[^1].Reason, StringComparison.Ordinal);
    }

    public static TheoryData<int> Others => [.. Enumerable.Range(0, ProcedureTable.OtherAnswers.Length)];

    [Theory]
    [MemberData(nameof(Others))]
    public Task Procedure_WithAnotherRemedy_RunsToItsEnd(int number) => ProcedureTests.RunAsync(ProcedureTable.OtherAnswers[number]);

    [Fact]
    public void Procedures_AreAllRunbooksThatShip()
    {
        var shipped = ShippedRunbooks.Of(ShippedRunbooks.Read("simulator", ShippedKinds.All, new Dictionary<string, string>())).Select(runbook => runbook.Id);
        Assert.Equal(shipped.Order(StringComparer.Ordinal), ProcedureTable.All.Select(procedure => procedure.Id).Concat(DatabaseProcedureTests.Ids).Order(StringComparer.Ordinal));
    }
}
