using OpsDashboard.Runbooks;
using OpsDashboard.Runbooks.Steps;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Runbooks.Steps;

/// <summary>A runbook that starts another one.</summary>
public sealed class NestedRunTests
{
    const string Head = "title: T\nsummary: S\nowner: o@example.com\nreviewBy: 2027-01-01\nrisk: reversible\n";

    const string Nested = Head + """
        component: api
        steps:
          - { name: find, kind: scripted, text: find }
          - { name: warm, kind: runbook, runbook: warm, parameters: { keys: "${steps.find.said}" }, timeout: 1h }
          - { name: after, kind: scripted, text: "${steps.warm.run} ${steps.warm.status}" }
        === warm
        title: Warm
        summary: S
        owner: o@example.com
        reviewBy: 2027-01-01
        risk: reversible
        locks: [shop/cache]
        parameters: { keys: { }, how: { default: fast } }
        steps:
          - { name: inner, kind: scripted, text: "warm ${parameters.keys} ${parameters.how}" }
        """;

    [Fact]
    public async Task Nested_RunsWithMappedValues_UnderTheLocksOfTheOuter_AndGivesItsResult()
    {
        await using var room = await RunRoom.OpenAsync(Nested);
        var run = await room.StartAsync();
        Assert.Equal(["shop/api", "shop/cache"], (await room.Store.LocksAsync(default)).Select(held => held.Resource));
        var inner = (await DriveBothAsync(room, run)).Inner!;
        run = await room.NowAsync(run);
        Assert.Equal((RunStatus.Succeeded, RunStatus.Succeeded, run.Id), (run.Status, inner.Status, inner.OuterId));
        Assert.Equal(["find", "warm find fast", "RUN-2 succeeded"], room.Kind.Executed);
        Assert.Empty(await room.Store.LocksAsync(default));
        Assert.Equal(["runbook.started", "runbook.started", "run.ended", "run.ended"], (await room.AuditedAsync()).Select(entry => entry.Action));
    }

    [Fact]
    public async Task Nested_ThatFails_FailsTheStep_AndMendedItGoesOn()
    {
        await using var room = await RunRoom.OpenAsync(Nested);
        room.Kind.On("warm find fast", new StepOutcome.Failed("Cold.", false, StepEffect.None));
        var run = await room.StartAsync();
        var inner = (await DriveBothAsync(room, run)).Inner!;
        run = await room.NowAsync(run);
        Assert.Equal("warm failed: RUN-2 failed: inner failed: Cold.", run.Reason);

        room.Kind.On("warm find fast", ScriptedKind.Done("x"));
        Assert.Equal(RunStatus.Succeeded, (await room.DriveAsync(await room.Runs.ResumeAsync(RunRoom.Bob, inner.Id, default))).Status);
        run = await room.DriveAsync(await room.Runs.ResumeAsync(RunRoom.Bob, run.Id, default));
        Assert.Equal((RunStatus.Succeeded, 2L), (run.Status, (await room.Store.ListAsync(new(), null, 10, default)).Max(one => one.Number)));
    }

    [Fact]
    public async Task Abort_OfTheOuter_EndsTheInner()
    {
        await using var room = await RunRoom.OpenAsync(Nested);
        var run = await room.StartAsync();
        (run, var driving) = await room.DriveUntilAsync(run, now => now.Steps[1].Handle is not null);
        await room.Runs.AbortAsync(RunRoom.Ada, run.Id, "wrong", default);
        run = await room.UntilAsync(run, now => now.IsOver);
        await driving;
        var inner = (await room.Store.FindAsync(Guid.Parse(run.Steps[1].Handle!), default))!;
        Assert.Equal((RunStatus.Aborted, RunStatus.Aborted), (run.Status, inner.Status));
        Assert.DoesNotContain("warm find fast", room.Kind.Executed);
    }

    [Fact]
    public async Task Crash_TheInnerIsFoundAgain_AndNotStartedTwice()
    {
        await using var room = await RunRoom.OpenAsync(Nested);
        using var crash = new CancellationTokenSource();
        var run = await room.StartAsync();
        (run, var driving) = await room.DriveUntilAsync(run, now => now.Steps[1].Handle is not null, crash.Token);
        await crash.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => driving);

        await using var other = room.Neighbour(Nested);
        Assert.Equal(RunStatus.Succeeded, (await other.DriveAsync((await room.Store.FindAsync(Guid.Parse(run.Steps[1].Handle!), default))!)).Status);
        run = await other.DriveAsync(run);
        Assert.Equal((RunStatus.Succeeded, 2L), (run.Status, (await room.Store.ListAsync(new(), null, 10, default)).Max(one => one.Number)));
    }

    [Fact]
    public async Task Nested_ThatChangedSinceItWasConfirmed_IsNotStarted()
    {
        await using var room = await RunRoom.OpenAsync(Nested);
        var run = await room.StartAsync();
        room.Kind.On("find", (_, _) =>
        {
            room.Rewrite(Nested.Replace("text: \"warm ", "text: \"burn "));
            return Task.FromResult(ScriptedKind.Done("find"));
        });
        run = await room.DriveAsync(run);
        Assert.Equal("warm failed: The runbook warm was changed since this run was confirmed; abort it and start again.", run.Reason);
        Assert.Single(await room.Store.ListAsync(new(), null, 10, default));
    }

    [Fact]
    public async Task NestedFurtherIn_ThatChangedSinceItWasConfirmed_IsNotStarted()
    {
        const string deeper = Head + """
            steps:
              - { name: find, kind: scripted, text: find }
              - { name: middle, kind: runbook, runbook: middle, timeout: 1h }
            === middle
            title: M
            summary: S
            owner: o@example.com
            reviewBy: 2027-01-01
            risk: reversible
            steps: [{ name: deep, kind: runbook, runbook: deep, timeout: 1h }]
            === deep
            title: D
            summary: S
            owner: o@example.com
            reviewBy: 2027-01-01
            risk: reversible
            steps: [{ name: d, kind: scripted, text: clean }]
            """;
        await using var room = await RunRoom.OpenAsync(deeper);
        var run = await room.StartAsync();
        room.Kind.On("find", (_, _) =>
        {
            room.Rewrite(deeper.Replace("text: clean", "text: burn"));
            return Task.FromResult(ScriptedKind.Done("find"));
        });
        run = await room.DriveAsync(run);
        Assert.Equal("middle failed: The runbook middle was changed since this run was confirmed; abort it and start again.", run.Reason);
        Assert.Single(await room.Store.ListAsync(new(), null, 10, default));
    }

    [Fact]
    public async Task Value_ThatTurnsOutWrong_IsRefusedBeforeTheInnerBegins()
    {
        await using var room = await RunRoom.OpenAsync(Nested);
        room.Kind.On("find", ScriptedKind.Done("--all"));
        var run = await room.DriveAsync(await room.StartAsync());
        Assert.Equal("warm failed: keys does not begin with a hyphen.", run.Reason);
    }

    [Fact]
    public async Task Plan_HoldsTheInnerSteps_AndTheWorstRisk()
    {
        await using var room = await RunRoom.OpenAsync(Nested.Replace("risk: reversible\nlocks", "risk: dataChanging\nlocks"));
        var plan = (await room.Previews.MakeAsync(RunRoom.Ada, "shop.restart", new Dictionary<string, string>(), null, default)).Plan;
        Assert.Equal(["warm ${steps.find.said} fast"], Assert.Single(plan.Steps[1].Plan.Inner).Plan.Command);
        Assert.Equal(RiskClass.DataChanging, plan.Risk);
    }

    [Theory]
    [InlineData("runbook: nothing", "`again`: there is no runbook `nothing` in this system.")]
    [InlineData("runbook: restart", "`again`: it leads back to where it began: restart → restart.")]
    [InlineData("runbook: other", "`again`: it leads back to where it began: restart → other → restart.")]
    [InlineData("runbook: deep-1", "`again`: runbooks are nested deeper than 3.")]
    [InlineData("runbook: chief", "`again`: `chief` takes the role commander, this runbook only responder.")]
    [InlineData("runbook: chief, parameters: { y: \"1\" }", "`again`: `chief` has no parameter `y`.")]
    [InlineData("runbook: chief", "`again`: `chief` needs a value for `x`.")]
    [InlineData("runbook: chief, parameters: { x: \"200\" }", "`again`: `x` is at most 9.")]
    public void Wrong_IsSaidWithFileAndLine(string keys, string expected)
    {
        var yaml = Head + $"steps:\n  - {{ name: again, kind: runbook, timeout: 1m, {keys} }}\n"
            + $"=== other\n{Head}steps: [{{ name: back, kind: runbook, timeout: 1m, runbook: restart }}]\n"
            + $"=== deep-1\n{Head}steps: [{{ name: d, kind: runbook, timeout: 1m, runbook: deep-2 }}]\n"
            + $"=== deep-2\n{Head}steps: [{{ name: d, kind: runbook, timeout: 1m, runbook: deep-3 }}]\n"
            + $"=== deep-3\n{Head}steps: [{{ name: d, kind: scripted, text: x }}]\n"
            + $"=== chief\n{Head}mayRun: commander\nparameters: {{ x: {{ type: integer, most: 9 }} }}\nsteps: [{{ name: d, kind: scripted, text: x }}]\n";
        Assert.Contains(RunbookText.Problems(yaml), problem => problem.StartsWith($"7: {expected}", StringComparison.Ordinal));
    }

    [Fact]
    public void Wrong_WithoutATimeout_IsSaid() =>
        Assert.Contains("7: A runbook within another needs a time-out of its own. Write for example `timeout: 10m`: as long as all of its steps may take.", RunbookText.Problems(Head + "steps:\n  - { name: a, kind: runbook, runbook: restart }\n"));

    /// <summary>Drives the outer run, and the inner one as soon as it is there, as the runner would.</summary>
    static async Task<(Run Outer, Run? Inner)> DriveBothAsync(RunRoom room, Run run)
    {
        (run, var driving) = await room.DriveUntilAsync(run, now => now.Steps[1].Handle is not null);
        var inner = await room.DriveAsync((await room.Store.FindAsync(Guid.Parse(run.Steps[1].Handle!), default))!);
        run = await room.UntilAsync(run, now => now.IsOver);
        await driving;
        return (run, inner);
    }
}
