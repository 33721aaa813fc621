using System.Globalization;
using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Http;
using OpsDashboard.Runbooks.Approvals;
using OpsDashboard.Runbooks.Locks;
using OpsDashboard.Runbooks.Planning;
using OpsDashboard.Runbooks.Store;
using OpsDashboard.Ui;

namespace OpsDashboard.Runbooks.Api;

/// <summary>The buttons of runbook and run as plain forms: they work before the circuit is up, and when it is down.</summary>
static class RunForms
{
    /// <summary>Before the name of a parameter, in forms and addresses.</summary>
    public const string ParameterPrefix = "p.";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/runbooks/{id}/start", (string id, HttpContext context, Runs runs, ICurrentActor current, CancellationToken stop) => StartAsync(id, isGlassBroken: false, context, runs, current, stop)).RequirePermission(Permission.RunRunbooks).AsPlainForm();
        routes.MapPost("/runbooks/{id}/break-glass", (string id, HttpContext context, Runs runs, ICurrentActor current, CancellationToken stop) => StartAsync(id, isGlassBroken: true, context, runs, current, stop)).RequirePermission(Permission.BreakGlass).LimitPerMinute(20).AsPlainForm();
        Act(routes, "abort", (actor, id, form, runs, stop) => runs.AbortAsync(actor, id, form["reason"], stop), "Its end is asked for.");
        Act(routes, "resume", (actor, id, _, runs, stop) => runs.ResumeAsync(actor, id, stop), "It goes on.");
        Act(routes, "skip", (actor, id, form, runs, stop) => runs.SkipAsync(actor, id, Seen(form), form["reason"], stop), "The step is skipped; it goes on.");
        Act(routes, "answer", (actor, id, form, runs, stop) => runs.AnswerAsync(actor, id, Seen(form), form["choice"].ToString() is { Length: > 0 } choice ? choice : null, form["evidence"], stop), "The answer is kept; it goes on.");
        Act(routes, "check", (actor, id, _, runs, stop) => runs.CheckAsync(actor, id, stop), "The check was asked.");
        Act(routes, "compensate", (actor, id, _, runs, stop) => runs.CompensateAsync(actor, id, stop), "What was done is being undone.");
        routes.MapPost("/runs/{id:guid}/confirm", (Guid id, HttpContext context, LockDesk locks, ICurrentActor current, CancellationToken stop) =>
            AnswerAsync(id, "confirm", "It begins in a moment.", context, current, (actor, form) => locks.ConfirmAsync(actor, id, form["plan"], stop))).RequirePermission(Permission.RunRunbooks).AsPlainForm();
        routes.MapPost("/runs/{id:guid}/break-lock", (Guid id, HttpContext context, LockDesk locks, ICurrentActor current, CancellationToken stop) =>
            AnswerAsync(id, "break-lock", "The lock is broken; the run goes on without it.", context, current, (actor, form) => locks.BreakAsync(actor, id, form["resource"], form["reason"], stop))).RequirePermission(Permission.BreakLocks).AsPlainForm();
        routes.MapPost("/runs/{id:guid}/review", ReviewAsync).RequirePermission(Permission.ApproveRuns).AsPlainForm();
        Decide(routes, "approve", (actor, id, form, desk, stop) => desk.ApproveAsync(actor, id, form["plan"], Seen(form), stop), "Approved: it begins in a moment.", "Approved: it goes on in a moment.");
        Decide(routes, "refuse", (actor, id, form, desk, stop) => desk.RefuseAsync(actor, id, Seen(form), form["reason"], stop), "Refused: no step ran.", "Refused: it does not go on behind this step.");
    }

    static void Decide(IEndpointRouteBuilder routes, string verb, Func<Actor, Guid, IFormCollection, ApprovalDesk, CancellationToken, Task> decide, string said, string saidOfStep) =>
        routes.MapPost($"/runs/{{id:guid}}/{verb}", async (Guid id, HttpContext context, ApprovalDesk desk, ICurrentActor current, CancellationToken stop) =>
        {
            var isStep = (await context.Request.ReadFormAsync(stop))["step"].ToString().Length > 0;
            return await AnswerAsync(id, isStep ? $"{verb}-step" : verb, isStep ? saidOfStep : said, context, current, (actor, form) => decide(actor, id, form, desk, stop));
        }).RequirePermission(Permission.ApproveRuns).AsPlainForm();

    static StepSeen? Seen(IFormCollection form) => StepSeen.Of(form["step"], int.TryParse(form["attempt"], CultureInfo.InvariantCulture, out var attempt) ? attempt : null);

    static Task<IResult> ReviewAsync(Guid id, HttpContext context, GlassReviews reviews, ICurrentActor current, CancellationToken stop) =>
        AnswerAsync(id, "review", "Reviewed.", context, current, (actor, form) => reviews.CloseAsync(actor, id, form["sentence"], stop));

    static async Task<IResult> StartAsync(string id, bool isGlassBroken, HttpContext context, Runs runs, ICurrentActor current, CancellationToken stop)
    {
        var form = await context.Request.ReadFormAsync(stop);
        var alert = Guid.TryParse(form["alert"], out var named) ? named : (Guid?)null;
        var values = Parameters(form.Select(field => (field.Key, field.Value.ToString())));
        try
        {
            var request = new RunRequest(values, alert, new(form["plan"].ToString(), form["seal"]), PlainForm.KeyOf(context), form["typedName"], isGlassBroken ? new(form["reason"], form["typedName"], form["password"]) : null);
            var (run, _) = await runs.StartAsync(await current.GetAsync(), id, request, stop);
            return PlainForm.Back(context, Urls.Run(run.Id));
        }
        catch (Exception refused) when (Refusals.CodeOf(refused) is not null)
        {
            (string, string?)[] parts = [("problem", isGlassBroken ? $"glass-{Refusals.CodeOf(refused)}" : Refusals.CodeOf(refused)), ("held", refused is LockHeldException held ? $"{held.Held.RunId}" : null), .. values.Select(value => (ParameterPrefix + value.Key, (string?)value.Value))];
            return PlainForm.Back(context, Urls.With(Urls.Runbook(id, alert), parts));
        }
    }

    /// <summary>The values of parameters among named texts.</summary>
    public static IReadOnlyDictionary<string, string> Parameters(IEnumerable<(string Name, string Value)> fields) =>
        fields.Where(field => field.Name.StartsWith(ParameterPrefix, StringComparison.Ordinal) && field.Name.Length < 100).Take(100)
            .GroupBy(field => field.Name[ParameterPrefix.Length..]).ToDictionary(group => group.Key, group => group.Last().Value);

    static void Act(IEndpointRouteBuilder routes, string verb, Func<Actor, Guid, IFormCollection, Runs, CancellationToken, Task<Run>> act, string said) =>
        routes.MapPost($"/runs/{{id:guid}}/{verb}", (Guid id, HttpContext context, Runs runs, ICurrentActor current, CancellationToken stop) =>
            AnswerAsync(id, verb, said, context, current, (actor, form) => act(actor, id, form, runs, stop))).RequirePermission(Permission.RunRunbooks).AsPlainForm();

    static Task<IResult> AnswerAsync(Guid id, string verb, string said, HttpContext context, ICurrentActor current, Func<Actor, IFormCollection, Task> act) =>
        PressedForm.AnswerAsync(context, current, Urls.Run(id), verb, said, act);
}
