using OpsDashboard.Access;
using OpsDashboard.Alerts;
using OpsDashboard.Http;
using OpsDashboard.Ui;

namespace OpsDashboard.Runbooks.Automation;

/// <summary><c>/api/automation</c>, and the same buttons as plain forms: the stop switch works without script and without a circuit.</summary>
static class AutomationEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/automation").WithTags("automation");
        api.MapGet("", ReadAsync).RequirePermission(Permission.ReadRunbooks).WithSummary("What would be done without a person, what is switched on, and what is thought of each alert now.");
        api.MapPost("/stop", async (SwitchRequest body, AutomationSwitchboard automation, ICurrentActor current, CancellationToken stop) =>
        {
            await automation.StopAsync(await current.GetAsync(), body.Scope ?? AutomationSwitch.Everything, body.Reason, stop);
            return Results.NoContent();
        }).RequirePermission(Permission.StopAutomation).WithSummary("Stops all of it, or that of a system or policy (scope). What runs goes on.");
        api.MapPost("/allow", async (SwitchRequest body, AutomationSwitchboard automation, ICurrentActor current, CancellationToken stop) =>
        {
            await automation.AllowAsync(await current.GetAsync(), body.Scope ?? AutomationSwitch.Everything, body.Reason, stop);
            return Results.NoContent();
        }).RequirePermission(Permission.AllowAutomation).WithSummary("Lets it act: all of it again, a system, or a policy (scope). Needs a reason.");
        routes.MapPost("/automation/stop", (HttpContext context, AutomationSwitchboard automation, ICurrentActor current, CancellationToken stop) =>
            PressAsync(context, current, (actor, scope, reason) => automation.StopAsync(actor, scope, reason, stop), "stopped", "Stopped.")).RequirePermission(Permission.StopAutomation).AsPlainForm();
        routes.MapPost("/automation/allow", (HttpContext context, AutomationSwitchboard automation, ICurrentActor current, CancellationToken stop) =>
            PressAsync(context, current, (actor, scope, reason) => automation.AllowAsync(actor, scope, reason, stop), "allowed", "Allowed.")).RequirePermission(Permission.AllowAutomation).AsPlainForm();
    }

    public sealed record SwitchRequest(string? Scope = null, string? Reason = null);

    static async Task<IResult> ReadAsync(AutomationSwitchboard automation, AutomationBoard board, AlertQuery alerts, ICurrentActor current)
    {
        var actor = await current.GetAsync();
        var switches = automation.Current;
        var policies = automation.Policies(actor);
        return Results.Json(new
        {
            switches.IsOn,
            Systems = policies.Select(policy => policy.SystemId).Distinct().Select(system => new { Id = system, IsAllowed = switches.Allows(system) }),
            Policies = policies.Select(policy => new { policy.Id, policy.SystemId, policy.Alert, Component = policy.ComponentId, policy.Runbooks, policy.Attempts, CoolDown = policy.CoolDown.TotalSeconds, Hours = policy.Hours?.ToString(), Acts = switches.Acts(policy) }),
            Alerts = !actor.MayAnywhere(Permission.ReadAlerts) ? [] : alerts.Current(actor).Select(alert => (alert.Id, Verdict: board.Of(alert.Id))).Where(pair => pair.Verdict is not null).Select(pair => new { pair.Id, pair.Verdict!.Step, pair.Verdict.Runbook, pair.Verdict.Reason }),
        }, Json.Options);
    }

    static Task<IResult> PressAsync(HttpContext context, ICurrentActor current, Func<Audit.Actor, string, string?, Task> press, string said, string words) => PressedForm.AnswerAsync(context, current, Urls.Automation, said, words, (actor, form) =>
        press(actor, form["scope"].ToString() is { Length: > 0 } named ? named : AutomationSwitch.Everything, form["reason"]));
}
