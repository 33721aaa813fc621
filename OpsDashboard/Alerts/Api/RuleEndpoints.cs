using OpsDashboard.Access;
using OpsDashboard.Alerts.Editing;
using OpsDashboard.Alerts.Trials;
using OpsDashboard.Catalogue;
using OpsDashboard.Catalogue.History;
using OpsDashboard.Http;

namespace OpsDashboard.Alerts.Api;

/// <summary>/api/rules: trying a rule on stored history, and the versions of rule documents.</summary>
static class RuleEndpoints
{
    public sealed record BackTestRequest(string? System, string? Expression, TimeSpan For, DateTimeOffset From, DateTimeOffset To, TimeSpan? Step, TimeSpan KeepFiringFor, double? Recovery, string? Guard);

    public sealed record PastAlertAnswer(IReadOnlyDictionary<string, string> Labels, string Severity, DateTimeOffset ActiveAt, DateTimeOffset? FiredAt, DateTimeOffset? ResolvedAt, double? ValueAtTrigger);

    public sealed record BackTestReply(int Firings, long Evaluations, TimeSpan Step, string? Error, IReadOnlyList<PastAlertAnswer> Alerts);

    public sealed record VersionAnswer(string Path, int Number, string By, DateTimeOffset At, string? Text);

    public sealed record DiffAnswer(DiffKind Kind, int Line, string Text);

    public sealed record RevertRequest(string? Path, int Number, int BasedOn);

    public static void MapRuleEndpoints(this IEndpointRouteBuilder app)
    {
        var rules = app.MapGroup("/api/rules").WithTags("Alerts");
        rules.MapPost("/back-test", BackTestAsync).RequirePermission(Permission.ReadAlerts).WithSummary("Says when a rule would have fired on stored samples.");
        rules.MapGet("/versions", VersionsAsync).RequirePermission(Permission.ReadAlerts).WithSummary("Lists the versions of a rule document, the newest first.");
        rules.MapGet("/versions/diff", DiffAsync).RequirePermission(Permission.ReadAlerts).WithSummary("Compares two versions of a rule document.");
        rules.MapPost("/versions/revert", RevertAsync).RequirePermission(Permission.EditCatalogue).WithSummary("Makes a rule document say again what it said in a version.");
    }

    static async Task<IResult> BackTestAsync(BackTestRequest request, BackTest test, IExpressionSyntax syntax, ICurrentActor current, CancellationToken stop)
    {
        var problems = new List<FieldProblem>();
        if (string.IsNullOrEmpty(request.System))
            problems.Add(new("system", "names the system for which the rule speaks."));
        if (syntax.Explain(request.Expression ?? "") is { } fault)
            problems.Add(new("expression", fault.Message));
        InvalidInputException.ThrowIfAny(problems);
        var rule = new AlertRule("BackTest", request.Expression!, request.For, new Dictionary<string, string>(), new Dictionary<string, string>(), "", 0)
        {
            Id = $"{request.System}/back-test/BackTest",
            KeepFiringFor = request.KeepFiringFor,
            Extras = new() { Recovery = request.Recovery, Guard = request.Guard },
        };
        var answer = await test.RunAsync(await current.GetAsync(), request.System!, rule, request.From, request.To, request.Step ?? RuleGroup.DefaultInterval, stop);
        return Results.Json(new BackTestReply(answer.Firings, answer.Evaluations, answer.Step, answer.Error, [.. answer.Alerts.Select(Answer)]), Json.Options);
    }

    static async Task<IResult> VersionsAsync(string path, DocumentVersions versions, ICurrentActor current, CancellationToken stop) =>
        Results.Json(new Page<VersionAnswer>([.. (await versions.ListAsync(await current.GetAsync(), path, stop)).Select(version => new VersionAnswer(version.Path, version.Number, version.By, version.At, version.Text))], null), Json.Options);

    static async Task<IResult> DiffAsync(string path, int from, int to, DocumentVersions versions, ICurrentActor current, CancellationToken stop) =>
        Results.Json((await versions.DiffAsync(await current.GetAsync(), path, from, to, stop)).Select(line => new DiffAnswer(line.Kind, line.Line, line.Text)), Json.Options);

    static async Task<IResult> RevertAsync(RevertRequest request, DocumentVersions versions, ICurrentActor current, CancellationToken stop)
    {
        await versions.RevertAsync(await current.GetAsync(), request.Path ?? "", request.Number, request.BasedOn, stop);
        return Results.NoContent();
    }

    static PastAlertAnswer Answer(PastAlert alert) => new(alert.Labels.ToDictionary(label => label.Name, label => label.Value), alert.Severity, alert.ActiveAt, alert.FiredAt, alert.ResolvedAt,
        double.IsFinite(alert.ValueAtTrigger) ? alert.ValueAtTrigger : null);
}
