using OpsDashboard.Runbooks;
using OpsDashboard.Runbooks.Running;
using OpsDashboard.Runbooks.Steps;
using OpsDashboard.Storage;
using Xunit;

namespace OpsDashboard.Tests.Runbooks;

public sealed class SqliteCrashTests() : CrashTests(StorageProvider.Sqlite);

public sealed class PostgresCrashTests() : CrashTests(StorageProvider.Postgres);

/// <summary>Whoever drove a run is gone; another process finds it.</summary>
public abstract class CrashTests(StorageProvider provider)
{
    [Fact]
    public async Task TakeOver_AChangingStep_IsInterrupted_AndNeverRunsTwiceByItself()
    {
        await using var room = await RunRoom.OpenAsync(RunbookText.Valid, provider);
        var run = await CrashAsync(room);
        await using var other = room.Neighbour(RunbookText.Valid);
        run = await other.DriveAsync(run);
        Assert.Equal((RunStatus.Interrupted, "Interrupted at step 1 of 2, first: the program that ran it ended."), (run.Status, run.Reason));
        Assert.Empty(other.Kind.Executed);
        Assert.NotEmpty(await other.Store.LocksAsync(default));
        Assert.Equal(RunStatus.Interrupted, (await other.DriveAsync(run)).Status);

        run = await other.DriveAsync(await other.Runs.SkipAsync(RunRoom.Bob, run.Id, new("first", 1), "I looked: it is done", default));
        Assert.Equal((RunStatus.Failed, "second failed: The step first gave no output said."), (run.Status, run.Reason));
    }

    [Fact]
    public async Task TakeOver_ItsCheckIsAsked_AndResumingGoesOnBehindIt()
    {
        var yaml = RunbookText.Valid.Replace("text: \"${steps.first.said}\"", "text: the end");
        await using var room = await RunRoom.OpenAsync(yaml, provider);
        var run = await CrashAsync(room);
        await using var other = room.Neighbour(yaml);
        other.Kind.Effect = StepEffect.Applied;
        run = await other.DriveAsync(run);
        Assert.Equal((StepEffect.Applied, "Its check says that it happened. Resuming goes on behind it."), (run.Steps[0].Effect, run.Steps[0].Reason));
        run = await other.DriveAsync(await other.Runs.ResumeAsync(RunRoom.Bob, run.Id, default));
        Assert.Equal((RunStatus.Succeeded, StepState.Done), (run.Status, run.Steps[0].State));
        Assert.Equal(["the end"], other.Kind.Executed);
    }

    [Theory]
    [InlineData("    text: \"${parameters.unit}\"\n    idempotent: true")]
    [InlineData("    text: \"${parameters.unit}\"\n    risk: read")]
    public async Task TakeOver_WhatMayBeRepeated_GoesOnByItself(string step)
    {
        var yaml = RunbookText.Valid.Replace("    text: \"${parameters.unit}\"", step);
        await using var room = await RunRoom.OpenAsync(yaml, provider);
        var run = await CrashAsync(room);
        await using var other = room.Neighbour(yaml);
        run = await other.DriveAsync(run);
        Assert.Equal((RunStatus.Succeeded, 2, 1), (run.Status, run.Steps[0].Attempt, run.Steps[0].Forgiven));
        Assert.Equal(["api", "api"], other.Kind.Executed);
    }

    [Fact]
    public async Task Drive_ALeaseThatAnotherHolds_IsLeftAlone_AndAnOldFenceWritesNothing()
    {
        await using var room = await RunRoom.OpenAsync(RunbookText.Valid, provider);
        await using var other = room.Neighbour(RunbookText.Valid);
        var (reached, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        room.Kind.On("api", async (_, _) =>
        {
            reached.TrySetResult();
            await goOn.Task;
            return ScriptedKind.Done("late");
        });
        var run = await room.StartAsync();
        var driving = room.DriveAsync(run);
        await reached.Task.WaitAsync(Testing.Patience.Limit);
        Assert.Equal(RunStatus.Running, (await other.DriveAsync(run)).Status);
        Assert.Empty(other.Kind.Executed);

        // The first process sleeps longer than its lease; the second takes over, then the first wakes.
        await other.StealAsync(run);
        Assert.Equal(RunStatus.Interrupted, (await other.DriveAsync(run)).Status);
        goOn.SetResult();
        await driving.WaitAsync(Testing.Patience.Limit).ContinueWith(_ => { }, TaskScheduler.Default);
        Assert.Equal((RunStatus.Interrupted, StepState.Unknown), ((await other.NowAsync(run)).Status, (await other.NowAsync(run)).Steps[0].State));
    }

    [Fact]
    public async Task TakeOver_ARunbookThatChanged_StopsTheRun()
    {
        await using var room = await RunRoom.OpenAsync(RunbookText.Valid, provider);
        var run = await CrashAsync(room);
        await using var other = room.Neighbour(RunbookText.Valid.Replace("kind: scripted\n    text: \"${steps", "kind: scripted\n    title: New\n    text: \"${steps"));
        run = await other.DriveAsync(run);
        Assert.Equal(RunStatus.Interrupted, run.Status);
        Assert.Contains("its runbook was changed or removed", run.Reason, StringComparison.Ordinal);
        Assert.Equal(RunStatus.Aborted, (await other.Runs.AbortAsync(RunRoom.Bob, run.Id, null, default)).Status);
    }

    // The process ends in the middle of the first step: it writes nothing more, and its lease is free.
    static async Task<Run> CrashAsync(RunRoom room)
    {
        using var crash = new CancellationTokenSource();
        var reached = new TaskCompletionSource();
        room.Kind.On("api", async (_, stop) =>
        {
            reached.TrySetResult();
            await Task.Delay(Timeout.Infinite, stop);
            return ScriptedKind.Done("never");
        });
        var run = await room.StartAsync();
        var driving = room.DriveAsync(run, crash.Token);
        await reached.Task.WaitAsync(Testing.Patience.Limit);
        await crash.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => driving);
        return await room.NowAsync(run);
    }
}
