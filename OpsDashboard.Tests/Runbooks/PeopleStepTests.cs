using OpsDashboard.Access;
using OpsDashboard.Runbooks;
using Xunit;

namespace OpsDashboard.Tests.Runbooks;

/// <summary>Steps that wait for people and for time.</summary>
public sealed class PeopleStepTests
{
    const string Head = "title: T\nsummary: S\nowner: o@example.com\nreviewBy: 2027-01-01\nrisk: reversible\nsteps:\n";

    [Fact]
    public async Task Manual_WaitsForTheTick_AndWantsItsEvidence()
    {
        await using var room = await RunRoom.OpenAsync(Head + "  - { name: look, kind: manual, instruction: Look at it., evidence: true }\n  - { name: said, kind: scripted, text: \"${steps.look.evidence} by ${steps.look.by}\" }");
        var run = await room.DriveAsync(await room.StartAsync());
        Assert.Equal((RunStatus.Waiting, "Look at it.", true), (run.Status, run.Reason, run.NeedsAPerson));
        var missing = await Assert.ThrowsAsync<InvalidInputException>(() => room.Runs.AnswerAsync(RunRoom.Bob, run.Id, new("look", 1), null, " ", default));
        Assert.Equal("evidence: is missing: write down what you saw.", missing.Message);
        var unasked = await Assert.ThrowsAsync<InvalidInputException>(() => room.Runs.AnswerAsync(RunRoom.Bob, run.Id, new("look", 1), new string('x', 5000), "all is well", default));
        Assert.Equal("choice: is not asked for: this step is only ticked.", unasked.Message);
        run = await room.DriveAsync(await room.Runs.AnswerAsync(RunRoom.Bob, run.Id, new("look", 1), null, "all is well", default));
        Assert.Equal((RunStatus.Succeeded, "Bob did it: all is well."), (run.Status, run.Steps[0].Observation));
        Assert.Equal(["all is well by Bob"], room.Kind.Executed);
    }

    [Theory]
    [InlineData("Yes", "Bob answered: Yes.", "restart")]
    [InlineData("No", "Bob answered: No.", null)]
    public async Task Decision_LeadsWhereTheAnswerSays(string choice, string seen, string? executed)
    {
        await using var room = await RunRoom.OpenAsync(Head + """
              - { name: needed, kind: decision, question: Is it needed?, answers: [{ answer: "Yes", next: restart }, { answer: "No", end: true }] }
              - { name: between, kind: scripted, text: between }
              - { name: restart, kind: scripted, text: restart }
            """);
        var run = await room.DriveAsync(await room.StartAsync());
        await Assert.ThrowsAsync<InvalidInputException>(() => room.Runs.AnswerAsync(RunRoom.Bob, run.Id, new("needed", 1), "Maybe", null, default));
        run = await room.DriveAsync(await room.Runs.AnswerAsync(RunRoom.Bob, run.Id, new("needed", 1), choice, null, default));
        Assert.Equal((RunStatus.Succeeded, seen, StepState.Skipped), (run.Status, run.Steps[0].Observation, run.Steps[1].State));
        Assert.Equal(executed is null ? [] : [executed], room.Kind.Executed);
        Assert.Contains("run.answered", (await room.AuditedAsync()).Select(entry => entry.Action));
    }

    [Fact]
    public async Task Delay_HoldsNothing_AndIsOverAtItsTime()
    {
        await using var room = await RunRoom.OpenAsync(Head + "  - { name: settle, kind: delay, for: 30s }");
        var run = await room.DriveAsync(await room.StartAsync());
        Assert.Equal((RunStatus.Waiting, false), (run.Status, run.NeedsAPerson));
        Assert.Empty(await room.Store.DueAsync(room.Clock.GetUtcNow(), default));
        room.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal([run.Id], await room.Store.DueAsync(room.Clock.GetUtcNow(), default));
        Assert.Equal(RunStatus.Succeeded, (await room.DriveAsync(run)).Status);
    }

    [Fact]
    public async Task Abort_WhileItWaits_IsOverAtOnce()
    {
        await using var room = await RunRoom.OpenAsync(Head + "  - { name: look, kind: manual, instruction: Look at it. }");
        var run = await room.DriveAsync(await room.StartAsync());
        Assert.Equal(RunStatus.Aborted, (await room.Runs.AbortAsync(RunRoom.Ada, run.Id, null, default)).Status);
        Assert.Empty(await room.Store.LocksAsync(default));
    }
}
