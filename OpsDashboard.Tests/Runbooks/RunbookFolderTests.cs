using OpsDashboard.Alerts;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Catalogue.Reading;
using OpsDashboard.Runbooks;
using OpsDashboard.Runbooks.Reading;
using OpsDashboard.Runbooks.Steps;
using OpsDashboard.Tests.Catalogue;
using Xunit;

namespace OpsDashboard.Tests.Runbooks;

public sealed class RunbookFolderTests
{
    [Fact]
    public void Read_EveryKey_ArrivesAtTheRunbook()
    {
        var runbook = RunbookText.Runbook("""
            title: Restart the API
            summary: Restarts it.
            source: SH:12
            owner: ada@example.com
            reviewBy: 2027-01-01
            risk: dataChanging
            mayRun: commander
            component: api
            helps: [{ alert: ComponentDown, component: api }]
            parameters:
              replicas: { title: Pods, type: integer, default: 4, least: 2, most: 10, help: Two run. }
              instance: { fromLabel: instance, pattern: "[a-z0-9:.]+" }
            locks: [shop/api, shop/database]
            greenWithin: 5m
            recovers: important
            steps:
              - name: first
                title: The first
                kind: scripted
                text: "${parameters.replicas} of ${parameters.instance}"
                timeout: 5s
                retry: { attempts: 3, pause: 2s }
                when: "${parameters.replicas} > 2"
                onFailure: compensate
                idempotent: true
                check: { kind: scripted, text: is it }
                undo: { kind: scripted, text: back }
              - { name: wait, kind: delay, for: 10s }
            """);

        Assert.Equal(("shop.restart", RiskClass.DataChanging, Role.Commander, "api", "SH:12", TimeSpan.FromMinutes(5)), (runbook.Id, runbook.Risk, runbook.MayRun, runbook.ComponentId, runbook.Source, runbook.GreenWithin));
        Assert.Equal(["shop/api", "shop/database"], runbook.Locks);
        Assert.Equal([new HelpedAlert("ComponentDown", "api")], runbook.Helps);
        Assert.Equal(("4", 2d, 10d, ParameterType.Integer), (runbook.Parameters[0].Default, runbook.Parameters[0].Least, runbook.Parameters[0].Most, runbook.Parameters[0].Type));
        Assert.Equal(("instance", "matches ^(?:[a-z0-9:.]+)\\z."), (runbook.Parameters[1].FromLabel, runbook.Parameters[1].Reject("A B")));
        var step = runbook.Steps[0];
        Assert.Equal(("The first", TimeSpan.FromSeconds(5), new(3, TimeSpan.FromSeconds(2)), OnFailure.Compensate, true), (step.Title, step.Timeout, step.Retry, step.OnFailure, step.IsIdempotent));
        Assert.Equal((RiskClass.Read, RiskClass.DataChanging), (step.Check!.Risk, step.Undo!.Risk));
        Assert.Equal("SHOP/API", runbook.ConfirmationName);
        Assert.Equal(new(RecoveryClass.Important, TimeSpan.FromHours(4)), runbook.Recovers);
    }

    [Fact]
    public void Read_PatternThatWouldExplode_IsAnswered_AndByNoClock()
    {
        var pattern = RunbookText.Runbook(RunbookText.Valid.Replace("default: api, allowed: [api, web]", "pattern: \"(a+)+b\"")).Parameters[0];

        Assert.Equal("matches ^(?:(a+)+b)\\z.", pattern.Reject(new('a', 1000)));
        Assert.Equal(System.Text.RegularExpressions.Regex.InfiniteMatchTimeout, pattern.Pattern!.MatchTimeout);
    }

    [Theory]
    [InlineData("kind: scripted", "kind: shell", "11: There is no kind of step `shell`. Use one of approval, decision, delay, manual, parallel, runbook, scripted.")]
    [InlineData("${parameters.unit}", "${parameters.host}", "12: There is no parameter `host`. Declare it, or use one of unit.")]
    [InlineData("${parameters.unit}", "${steps.second.said}", "12: The step `second` has not run yet here. Steps run from top to bottom; refer to one above.")]
    [InlineData("${parameters.unit}", "${steps.first.said}", "12: The step `first` has not run yet here. Steps run from top to bottom; refer to one above.")]
    [InlineData("${steps.first.said}", "${steps.third.said}", "15: There is no step `third`. Steps run from top to bottom; refer to one above.")]
    [InlineData("${parameters.unit}", "${unit.x}", "12: `${unit.x}` is neither ${parameters.name} nor ${steps.name.output}. Write `$${` where the text itself is meant.")]
    [InlineData("name: second", "name: first", "13: The step `first` stands here twice (first in line 10). Give one of them another name.")]
    [InlineData("    text: \"${parameters.unit}\"", "    txt: 1", "10: `text` is missing. Add `text:`.|12: `txt` is not known here. Known keys: check, idempotent, kind, name, onFailure, retry, risk, text, timeout, title, undo, when.")]
    [InlineData("default: api", "default: db", "8: The default `db` is refused: it is one of api, web. Change it or the bounds.")]
    [InlineData("default: api", "type: truth, default: api", "8: `type: truth` is not one of text, integer, number, flag, duration. Write for example `type: text`.")]
    [InlineData("risk: reversible", "risk: high", "5: `risk: high` is not one of read, reversible, dataChanging, irreversible. Write for example `risk: read`.")]
    [InlineData("risk: reversible\n", "", "1: `risk` is missing. Write `risk: read`, `reversible`, `dataChanging` or `irreversible`.")]
    [InlineData("component: api", "component: cellar", "6: There is no component `cellar`. Use one of api, database.")]
    [InlineData("reviewBy: 2027-01-01", "reviewBy: soon", "4: `soon` is no date. Write for example `reviewBy: 2027-06-01`.")]
    [InlineData("risk: reversible", "risk: reversible\nmayRun: viewer", "6: Viewers run nothing. Write `mayRun: responder`, `commander` or `admin`.")]
    [InlineData("kind: scripted\n    text: \"${steps.first.said}\"", "kind: scripted\n    text: x\n    timeout: 0s", "16: A time-out is more than nothing and at most 24h. Write for example `timeout: 60s`.")]
    [InlineData("kind: scripted\n    text: \"${steps.first.said}\"", "kind: scripted\n    text: x\n    retry: { attempts: 99 }", "16: 99 attempts are no retry. Write a number from 2 to 10: `retry: { attempts: 3, pause: 5s }`.")]
    [InlineData("kind: scripted\n    text: \"${steps.first.said}\"", "kind: scripted\n    text: x\n    when: maybe", "16: `maybe` is no comparison. Write for example `when: ${steps.probe.status} != 200`.")]
    [InlineData("kind: scripted\n    text: \"${steps.first.said}\"", "kind: decision\n    question: Go back?\n    answers: [{ answer: Yes, next: first }, { answer: No, end: true }]", "13: `second` leads back to `first`: the run would go in circles. Name a step below it.")]
    [InlineData("kind: scripted\n    text: \"${steps.first.said}\"", "kind: decision\n    question: On?\n    answers: [{ answer: Yes, next: third }, { answer: No, end: true }]", "13: `second` leads to `third`, which is no step. Name a step below it.")]
    public void Read_Wrong_NamesLineAndRemedy(string good, string bad, string expected)
    {
        Assert.Contains(good, RunbookText.Valid, StringComparison.Ordinal);
        var at = RunbookText.Valid.IndexOf(good, StringComparison.Ordinal);
        Assert.Equal(expected.Split('|'), RunbookText.Problems(RunbookText.Valid[..at] + bad + RunbookText.Valid[(at + good.Length)..]));
    }

    [Fact]
    public void Read_ABrokenRunbook_IsLeftOut_TheSystemStays()
    {
        var reading = RunbookText.Read(RunbookText.Valid.Replace("kind: scripted", "kind: shell"));
        Assert.Empty(Assert.Single(reading.Systems).Document<RunbookDocument>()!.Runbooks);
    }

    [Fact]
    public void Check_ARuleThatNamesAMissingRunbook_IsSaidWithItsLine()
    {
        var files = new CatalogueText().With("shop/runbooks/restart.yml", RunbookText.Valid)
            .With("shop/rules.yml", "groups: [{ name: g, rules: [{ alert: A, expr: up, annotations: { summary: s } }] }]")
            .With("shop/rules.ops.yml", "rules:\n  g/A: { runbooks: [restart, reboot] }").Files;
        var folder = new RunbookFolder(new([new ScriptedKind()]));
        var reading = new CatalogueReader(FakeKind.All, [new RuleFile(), new RuleOpsFile()], folders: [folder]).Read(files, "test", new Dictionary<string, string>());
        Assert.Equal(["shop/rules.ops.yml:2: `g/A`: there is no runbook `reboot`. Add shop/runbooks/reboot.yml, or remove the name."], reading.Problems.Select(problem => problem.ToString()));
    }
}
