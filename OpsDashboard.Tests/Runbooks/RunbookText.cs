using OpsDashboard.Catalogue;
using OpsDashboard.Catalogue.Reading;
using OpsDashboard.Metrics.PromQl;
using OpsDashboard.Runbooks;
using OpsDashboard.Runbooks.Reading;
using OpsDashboard.Runbooks.Steps;
using OpsDashboard.Tests.Catalogue;
using Xunit;

namespace OpsDashboard.Tests.Runbooks;

/// <summary>Reads a runbook as the catalogue does, with the kinds that need nothing and one of the tests' own.</summary>
static class RunbookText
{
    public const string Valid = """
        title: Restart the API
        summary: Restarts it.
        owner: ada@example.com
        reviewBy: 2027-01-01
        risk: reversible
        component: api
        parameters:
          unit: { default: api, allowed: [api, web] }
        steps:
          - name: first
            kind: scripted
            text: "${parameters.unit}"
          - name: second
            kind: scripted
            text: "${steps.first.said}"
        """;

    /// <param name="yaml">The runbook restart; a line <c>=== name</c> begins another one.</param>
    public static CatalogueReading Read(string yaml, params IStepKind[] more)
    {
        var syntax = new PromQlSyntax();
        IStepKind[] kinds = [new ScriptedKind(), new ManualStepExecutor(), new DecisionStepExecutor(syntax), new DelayStepExecutor(TimeProvider.System),
            new ApprovalStepExecutor(() => throw new InvalidOperationException("Reading tells nobody."), TimeProvider.System), new ParallelStepExecutor(() => throw new NotSupportedException(), TimeProvider.System),
            new RunbookStepExecutor(() => throw new NotSupportedException(), () => throw new NotSupportedException(), () => throw new NotSupportedException(), TimeProvider.System), .. more];
        var texts = yaml.Split("\n=== ");
        var files = texts.Skip(1).Aggregate(new CatalogueText().With("shop/system.yml", CatalogueText.System + "\nrto: { critical: 1h, important: 4h }").With("shop/runbooks/restart.yml", texts[0] + "\n"), (all, text) => all.With($"shop/runbooks/{text[..text.IndexOf('\n')]}.yml", text[(text.IndexOf('\n') + 1)..])).Files;
        return new CatalogueReader(FakeKind.All, [], syntax, folders: [new RunbookFolder(new(kinds, syntax))]).Read(files, "test", new Dictionary<string, string>());
    }

    public static Runbook Runbook(string yaml, params IStepKind[] more)
    {
        var reading = Read(yaml, more);
        Assert.Empty(reading.Problems);
        return Assert.Single(reading.Systems[0].Document<RunbookDocument>()!.Runbooks);
    }

    public static IEnumerable<string> Problems(string yaml, params IStepKind[] more) => Read(yaml, more).Problems.Select(problem => problem.ToString().Replace("shop/runbooks/restart.yml:", ""));
}
