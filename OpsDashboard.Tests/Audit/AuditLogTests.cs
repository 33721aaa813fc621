using Microsoft.EntityFrameworkCore;
using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Storage;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Audit;

/// <summary>The log on one provider; each test has a database of its own.</summary>
public abstract class AuditLogTests(StorageProvider provider)
{
    static readonly Actor Ana = new("01900000-0000-7000-8000-000000000001", "Ana", ActorKind.Person, [], "192.0.2.7");

    protected async Task Append_ManyAtOnce_MakesOneUnbrokenChain_Core()
    {
        await using var log = await AuditSetup.CreateAsync(provider);
        await Task.WhenAll(Enumerable.Range(0, 300).Select(number => log.Log.AppendAsync(Record("thing.done", number), CancellationToken.None)));
        await log.Checkpoints.SignAsync(CancellationToken.None);

        var verdict = await log.Verification.VerifyAsync(CancellationToken.None);

        Assert.True(verdict.IsIntact, verdict.Sentence);
        Assert.Equal((300, 300, 0), (verdict.Entries, verdict.SignedThrough, verdict.Erased));
    }

    protected async Task Commit_WritesChangeAndEntryTogether_OrNeither_Core()
    {
        await using var log = await AuditSetup.CreateAsync(provider);
        await using (var context = log.Database.Contexts.CreateDbContext())
        {
            context.Add(new AuditName { ActorId = "x", Name = "kept" });
            await log.Log.CommitAsync(context, Record("name.kept", 1), CancellationToken.None);
        }
        await using (var context = log.Database.Contexts.CreateDbContext())
        {
            context.Add(new AuditName { ActorId = "x", Name = "twice" });
            await Assert.ThrowsAsync<DbUpdateException>(() => log.Log.CommitAsync(context, Record("name.refused", 2), CancellationToken.None));
        }
        var lines = await log.Reader.FindAsync(new(), null, 10, CancellationToken.None);
        Assert.Equal(["name.kept"], lines.Select(line => line.Entry.Action));
    }

    protected async Task Commit_FromManyContextsAtOnce_KeepsTheChain_Core()
    {
        await using var log = await AuditSetup.CreateAsync(provider);
        await Task.WhenAll(Enumerable.Range(0, 40).Select(async number =>
        {
            await using var context = log.Database.Contexts.CreateDbContext();
            context.Add(new AuditName { ActorId = $"a{number}", Name = "n" });
            await log.Log.CommitAsync(context, Record("name.kept", number), CancellationToken.None);
            await log.Log.AppendAsync(Record("thing.done", number), CancellationToken.None);
        }));
        var verdict = await log.Verification.VerifyAsync(CancellationToken.None);
        Assert.True(verdict.IsIntact, verdict.Sentence);
        Assert.Equal(80, verdict.Entries);
    }

    protected async Task Database_RefusesUpdateAndDelete_Core()
    {
        await using var log = await AuditSetup.CreateAsync(provider);
        await log.Log.AppendAsync(Record("thing.done", 1), CancellationToken.None);
        await log.Checkpoints.SignAsync(CancellationToken.None);
        foreach (var sql in (string[])["UPDATE audit_entry SET action = 'x'", "DELETE FROM audit_entry", "UPDATE audit_particulars SET text = '{}'", "DELETE FROM audit_checkpoint", "UPDATE audit_checkpoint SET at = 0"])
        {
            var refused = await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => log.Database.ExecuteAsync(sql));
            Assert.Contains("append-only", refused.Message, StringComparison.Ordinal);
        }
    }

    protected async Task Tampering_NamesTheFirstBrokenEntry_Core(string sql, long expected, string reason)
    {
        await using var log = await AuditSetup.CreateAsync(provider);
        for (var number = 1; number <= 6; number++)
            await log.Log.AppendAsync(Record("thing.done", number), CancellationToken.None);
        await log.Checkpoints.SignAsync(CancellationToken.None);
        await log.DropGuardsAsync();
        await log.Database.ExecuteAsync(sql);

        var verdict = await log.Verification.VerifyAsync(CancellationToken.None);

        Assert.NotNull(verdict.Broken);
        Assert.Equal(expected, verdict.Broken.Sequence);
        Assert.Contains(reason, verdict.Broken.Reason, StringComparison.Ordinal);
    }

    protected async Task Erasure_KeepsTheChain_Core()
    {
        await using var log = await AuditSetup.CreateAsync(provider);
        for (var number = 1; number <= 3; number++)
            await log.Log.AppendAsync(Record("thing.done", number), CancellationToken.None);
        await log.Database.ExecuteAsync("DELETE FROM audit_particulars WHERE sequence = 2; DELETE FROM audit_name");

        var verdict = await log.Verification.VerifyAsync(CancellationToken.None);

        Assert.True(verdict.IsIntact, verdict.Sentence);
        Assert.Equal(1, verdict.Erased);
        Assert.All(await log.Reader.FindAsync(new(), null, 10, CancellationToken.None), line => Assert.Null(line.ActorName));
    }

    protected async Task Find_FiltersAndPages_Core()
    {
        await using var log = await AuditSetup.CreateAsync(provider);
        for (var number = 1; number <= 5; number++)
        {
            await log.Log.AppendAsync(Record(number % 2 == 0 ? "run.started" : "alert.acknowledged", number), CancellationToken.None);
            log.Clock.Advance(TimeSpan.FromMinutes(1));
        }
        await log.Log.AppendAsync(new(Actor.Program, "run.failed", "run/9", AuditOutcome.Failed), CancellationToken.None);

        await FindsAsync(log, new(Action: "RUN."), 6, 4, 2);
        await FindsAsync(log, new(Action: "run", Actor: "an"), 4, 2);
        await FindsAsync(log, new(Actor: "program"), 6);
        await FindsAsync(log, new(Subject: "thing/3"), 3);
        await FindsAsync(log, new(Outcome: AuditOutcome.Failed), 6);
        await FindsAsync(log, new(From: FakeTimeProvider.DefaultStart.AddMinutes(1), Until: FakeTimeProvider.DefaultStart.AddMinutes(3)), 3, 2);
        var rest = await log.Reader.FindAsync(new(), 3, 10, CancellationToken.None);
        Assert.Equal(2, rest[0].Entry.Sequence);
    }

    protected async Task Export_VerifiesOffline_AndShowsEveryForgery_Core()
    {
        await using var log = await AuditSetup.CreateAsync(provider);
        for (var number = 1; number <= 4; number++)
            await log.Log.AppendAsync(Record("thing.done", number), CancellationToken.None);
        var lines = await log.Export.LinesAsync(CancellationToken.None).ToListAsync();

        Assert.True((await VerifyAsync(lines)).IsIntact);
        Assert.Equal(3, (await VerifyAsync([.. lines.Select(line => line.Replace("thing/3", "thing/8", StringComparison.Ordinal))])).Broken?.Sequence);
        Assert.Equal(2, (await VerifyAsync([lines[0], lines[1], .. lines[3..]])).Broken?.Sequence);
        Assert.Equal(4, (await VerifyAsync(lines[..^1])).Broken?.Sequence);
        var confused = await Assert.ThrowsAsync<FormatException>(() => VerifyAsync([.. lines[..2], "{}", .. lines[2..]]));
        Assert.Contains("Line 3", confused.Message, StringComparison.Ordinal);
    }

    protected async Task ClockStepsBack_StampsDoNot_Core()
    {
        await using var log = await AuditSetup.CreateAsync(provider);
        await log.Log.AppendAsync(Record("thing.done", 1), CancellationToken.None);
        log.Clock.StepWallClock(TimeSpan.FromHours(-1));
        await log.Log.AppendAsync(Record("thing.done", 2), CancellationToken.None);
        Assert.True((await log.Verification.VerifyAsync(CancellationToken.None)).IsIntact);
    }

    static AuditRecord Record(string action, int number) => new(Ana, action, $"thing/{number}", Particulars: new Dictionary<string, object?> { ["number"] = number, ["note"] = "<b>Zoë</b>" });

    static async Task<AuditVerdict> VerifyAsync(IEnumerable<string> lines)
    {
        using var text = new StringReader(string.Join('\n', lines));
        return await AuditVerification.VerifyExportAsync(text, CancellationToken.None);
    }

    static async Task FindsAsync(AuditSetup log, AuditFilter filter, params long[] expected)
    {
        var lines = await log.Reader.FindAsync(filter, null, 100, CancellationToken.None);
        Assert.Equal(expected, lines.Select(line => line.Entry.Sequence).ToArray());
    }
}
