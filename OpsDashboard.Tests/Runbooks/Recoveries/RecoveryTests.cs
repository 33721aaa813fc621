using OpsDashboard.Catalogue;
using OpsDashboard.Runbooks;
using OpsDashboard.Runbooks.Recoveries;
using OpsDashboard.Runbooks.Steps;
using OpsDashboard.Storage;
using Xunit;

namespace OpsDashboard.Tests.Runbooks.Recoveries;

public sealed class SqliteRecoveryTests() : RecoveryTests(StorageProvider.Sqlite);

public sealed class PostgresRecoveryTests() : RecoveryTests(StorageProvider.Postgres);

/// <summary>What a recovery really took, against the system's RTO: 1 h for critical, 4 h for important, none for normal.</summary>
public abstract class RecoveryTests(StorageProvider provider) : IAsyncLifetime
{
    RunRoom room = null!;

    public async Task InitializeAsync() => room = await RunRoom.OpenAsync(Text("important"), provider);

    public Task DisposeAsync() => room.DisposeAsync().AsTask();

    [Fact]
    public async Task Recovery_WithoutAlert_CountsFromStartToEnd()
    {
        var run = await DriveLaterAsync(TimeSpan.FromSeconds(252));

        Assert.Equal((TimeSpan.FromSeconds(252), RecoveryVerdict.Within), (run.Recovery!.Took, run.Recovery.Verdict));
        Assert.Equal("Took 4m12s of 4h RTO.", RecoveryWords.Sentence(run.Recovery));
        Assert.Equal(run.Recovery, (await room.Runs.LastRecoveryAsync(RunRoom.Viewer, run.RunbookId, default))!.Recovery);
        Assert.Null(await room.Runs.LastRecoveryAsync(RunRoom.Elsewhere, run.RunbookId, default));
    }

    [Fact]
    public async Task Recovery_ForAnAlert_CountsFromItsConditionToGreen()
    {
        var alert = await room.FireAsync();
        room.Clock.Advance(TimeSpan.FromMinutes(241));
        var run = await room.DriveProofAsync(await room.StartAsync(alert: alert.Id), () => room.Measure(90));

        Assert.Equal(RunEffect.Effective, run.Effect);
        Assert.Equal(run.GreenAt - alert.ActiveAt, run.Recovery!.Took);
        Assert.True(run.GreenAt < run.EndedAt);
        Assert.Equal(RecoveryVerdict.Over, run.Recovery.Verdict);
        Assert.EndsWith(" too long.", RecoveryWords.Sentence(run.Recovery), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ThatDidNotHelp_RecoveredNothing()
    {
        var alert = await room.FireAsync();
        var run = await room.DriveProofAsync(await room.StartAsync(alert: alert.Id), () => room.Measure(170));
        Assert.Equal((RunEffect.NotEffective, RecoveryVerdict.NotRecovered), (run.Effect, run.Recovery!.Verdict));

        room.Kind.On("api", new StepOutcome.Failed("No.", false, StepEffect.None));
        Assert.Equal(RecoveryVerdict.NotRecovered, (await room.DriveAsync(await room.StartAsync(key: "k2"))).Recovery!.Verdict);

        Assert.Null(await room.Runs.LastRecoveryAsync(RunRoom.Ada, run.RunbookId, default));
        Assert.Equal(0, (await room.Runs.RecordsAsync(RunRoom.Ada, default))[run.RunbookId].Recovered);
        Assert.Equal(new(0, 0, 0), await ScoreAsync());
    }

    [Fact]
    public async Task Run_ThatFailedAndWentOn_CountsItsWholeTime()
    {
        room.Kind.On("api", new StepOutcome.Failed("No.", false, StepEffect.None));
        var run = await room.DriveAsync(await room.StartAsync());
        Assert.Equal(RecoveryVerdict.NotRecovered, run.Recovery!.Verdict);
        room.Clock.Advance(TimeSpan.FromMinutes(30));
        await room.Runs.ResumeAsync(RunRoom.Ada, run.Id, default);
        Assert.Null((await room.NowAsync(run)).Recovery);
        room.Kind.On("api", ScriptedKind.Done("api"));
        run = await room.DriveAsync(run);
        Assert.Equal((TimeSpan.FromMinutes(30), RecoveryVerdict.Within), (run.Recovery!.Took, run.Recovery.Verdict));
    }

    [Fact]
    public async Task Run_ThatWasAborted_IsNoRecovery()
    {
        var run = await room.StartAsync();
        run = await room.Runs.AbortAsync(RunRoom.Ada, run.Id, null, default);
        Assert.Equal((RunStatus.Aborted, null), (run.Status, run.Recovery));
    }

    [Fact]
    public async Task Records_KnowTheLongest_AndHowManyWereLate()
    {
        foreach (var (key, minutes) in new[] { ("a", 10), ("b", 242), ("c", 1) })
        {
            room.Drills.IsRunning = key == "c";
            Assert.Equal(key == "c", (await DriveLaterAsync(TimeSpan.FromMinutes(minutes), key)).Aim!.IsDrill);
        }
        var record = (await room.Runs.RecordsAsync(RunRoom.Ada, default))["shop.restart"];
        Assert.Equal((3, 1, TimeSpan.FromMinutes(242)), (record.Recovered, record.Late, record.LongestRecovery));
        Assert.Equal(new(3, 2, 1), await ScoreAsync());
        Assert.Equal(new(0, 0, 0), await ScoreAsync("other"));
        Assert.True((await room.Runs.LastRecoveryAsync(RunRoom.Ada, "shop.restart", default))!.Aim!.IsDrill);
    }

    [Fact]
    public async Task Class_WithoutRto_IsMeasuredAndNeverJudged()
    {
        room.Rewrite(Text("normal"));
        var run = await room.DriveAsync(await room.StartAsync());
        Assert.Equal((RecoveryVerdict.NoObjective, new(RecoveryClass.Normal, null)), (run.Recovery!.Verdict, run.Aim!.Objective));
        Assert.Equal(1, (await room.Runs.RecordsAsync(RunRoom.Ada, default))[run.RunbookId].Recovered);
        Assert.Equal(new(0, 0, 0), await ScoreAsync());
    }

    [Fact]
    public async Task Runbook_ThatRecoversNothing_IsNotMeasured()
    {
        room.Rewrite(RunbookText.Valid);
        var run = await room.DriveAsync(await room.StartAsync());
        Assert.Equal((null, null), (run.Aim, run.Recovery));
    }

    [Fact]
    public void Recovers_AnUnknownClass_IsRefused() =>
        Assert.Contains(RunbookText.Problems(Text("grave")), problem => problem.Contains("`recovers: grave` is not one of critical, important, normal.", StringComparison.Ordinal));

    Task<RecoveryScore> ScoreAsync(string system = "shop") => new RecoveryScores(room.Database.Contexts).OfAsync(system, DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, default);

    async Task<Run> DriveLaterAsync(TimeSpan time, string key = "k1")
    {
        var run = await room.StartAsync(key: key);
        room.Clock.Advance(time);
        return await room.DriveAsync(run);
    }

    static string Text(string failure) => RunbookText.Valid.Replace("component: api", $"component: api\nrecovers: {failure}", StringComparison.Ordinal);
}
