using System.Text;
using OpsDashboard.Access;
using OpsDashboard.Http;
using OpsDashboard.Runbooks.Approvals;
using OpsDashboard.Runbooks.Locks;
using OpsDashboard.Runbooks.Store;

namespace OpsDashboard.Runbooks.Api;

/// <summary><c>/api/runs</c>: list, read, output, and everything that a button does.</summary>
static class RunEndpoints
{
    const int Portion = 5_000;

    public sealed record ReasonBody(string? Reason = null);

    /// <param name="Step">Name of the step whose question is answered; none for the request before the first step.</param>
    /// <param name="Attempt">The attempt of that step whose question was seen.</param>
    /// <param name="Plan">The hash of what was asked for.</param>
    public sealed record ApprovalBody(string? Plan = null, string? Step = null, int? Attempt = null);

    /// <param name="Step">Name of the step that is meant.</param>
    /// <param name="Attempt">The attempt of it that was seen.</param>
    public sealed record StepReasonBody(string? Step = null, int? Attempt = null, string? Reason = null);

    /// <param name="Plan">The hash of what stood in line.</param>
    public sealed record TurnBody(string? Plan = null);

    /// <param name="Sentence">What came of looking at it.</param>
    public sealed record ReviewBody(string? Sentence = null);

    public sealed record LockBody(string? Resource = null, string? Reason = null);

    public sealed record AnswerBody(string? Step = null, int? Attempt = null, string? Choice = null, string? Evidence = null);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/runs").WithTags("runs");
        api.MapGet("", ListAsync).RequirePermission(Permission.ReadRunbooks).WithSummary("Runs, the latest first.");
        api.MapGet("/{id:guid}", ReadAsync).RequirePermission(Permission.ReadRunbooks).WithSummary("One run with its plan and steps.");
        api.MapGet("/{id:guid}/output", OutputAsync).RequirePermission(Permission.ReadRunbooks).WithSummary("Everything that it printed, as text.");
        api.MapGet("/{id:guid}/lines", LinesAsync).RequirePermission(Permission.ReadRunbooks).WithSummary("Lines from a number on, or the latest: [number, milliseconds, step, isError, text].");
        api.MapPost("/{id:guid}/abort", (Guid id, ReasonBody? body, Runs runs, ICurrentActor current, CancellationToken stop) => ActAsync(current, actor => runs.AbortAsync(actor, id, body?.Reason, stop)))
            .RequirePermission(Permission.RunRunbooks).AnswerConflicts();
        api.MapPost("/{id:guid}/approve", (Guid id, ApprovalBody? body, ApprovalDesk desk, ICurrentActor current, CancellationToken stop) => ActAsync(current, actor => desk.ApproveAsync(actor, id, body?.Plan, StepSeen.Of(body?.Step, body?.Attempt), stop)))
            .RequirePermission(Permission.ApproveRuns).AnswerConflicts().WithSummary("Another person's yes to the plan with the hash that is named, and where a step asks, to the attempt of the step that is named. Who started it never may, a token never.");
        api.MapPost("/{id:guid}/refuse", (Guid id, StepReasonBody? body, ApprovalDesk desk, ICurrentActor current, CancellationToken stop) => ActAsync(current, actor => desk.RefuseAsync(actor, id, StepSeen.Of(body?.Step, body?.Attempt), body?.Reason, stop)))
            .RequirePermission(Permission.ApproveRuns).AnswerConflicts().WithSummary("Another person's no, with the reason, and where a step asks, with its name and attempt; before the first step the run ends without one.");
        api.MapPost("/{id:guid}/review", (Guid id, ReviewBody? body, GlassReviews reviews, ICurrentActor current, CancellationToken stop) => ActAsync(current, actor => reviews.CloseAsync(actor, id, body?.Sentence, stop)))
            .RequirePermission(Permission.ApproveRuns).AnswerConflicts().WithSummary("Closes the review of a run that was started without approval; another person than who started it.");
        api.MapPost("/{id:guid}/confirm", (Guid id, TurnBody? body, LockDesk locks, ICurrentActor current, CancellationToken stop) => ActAsync(current, actor => locks.ConfirmAsync(actor, id, body?.Plan, stop)))
            .RequirePermission(Permission.RunRunbooks).AnswerConflicts().WithSummary("Starts what stood in line, at its turn; names the hash of the plan.");
        api.MapPost("/{id:guid}/break-lock", (Guid id, LockBody? body, LockDesk locks, ICurrentActor current, CancellationToken stop) => ActAsync(current, actor => locks.BreakAsync(actor, id, body?.Resource, body?.Reason, stop)))
            .RequirePermission(Permission.BreakLocks).AnswerConflicts().WithSummary("Takes a lock from a run that has not ended, with a reason.");
        api.MapPost("/{id:guid}/resume", (Guid id, Runs runs, ICurrentActor current, CancellationToken stop) => ActAsync(current, actor => runs.ResumeAsync(actor, id, stop)))
            .RequirePermission(Permission.RunRunbooks).AnswerConflicts();
        api.MapPost("/{id:guid}/skip", (Guid id, StepReasonBody? body, Runs runs, ICurrentActor current, CancellationToken stop) => ActAsync(current, actor => runs.SkipAsync(actor, id, StepSeen.Of(body?.Step, body?.Attempt), body?.Reason, stop)))
            .RequirePermission(Permission.RunRunbooks).AnswerConflicts().WithSummary("Leaves out the step at which it stands; names it and its attempt, with a reason.");
        api.MapPost("/{id:guid}/answer", (Guid id, AnswerBody? body, Runs runs, ICurrentActor current, CancellationToken stop) => ActAsync(current, actor => runs.AnswerAsync(actor, id, StepSeen.Of(body?.Step, body?.Attempt), body?.Choice, body?.Evidence, stop)))
            .RequirePermission(Permission.RunRunbooks).AnswerConflicts().WithSummary("Ticks the step that waits, or answers its question; names it and the attempt that asks.");
        api.MapPost("/{id:guid}/check", (Guid id, Runs runs, ICurrentActor current, CancellationToken stop) => ActAsync(current, actor => runs.CheckAsync(actor, id, stop)))
            .RequirePermission(Permission.RunRunbooks).AnswerConflicts();
        api.MapPost("/{id:guid}/compensate", (Guid id, Runs runs, ICurrentActor current, CancellationToken stop) => ActAsync(current, actor => runs.CompensateAsync(actor, id, stop)))
            .RequirePermission(Permission.RunRunbooks).AnswerConflicts();
    }

    static async Task<IResult> ActAsync(ICurrentActor current, Func<Audit.Actor, Task<Run>> act) => Results.Json(RunView.Of(await act(await current.GetAsync())), Json.Options);

    static async Task<IResult> ListAsync(Runs runs, ICurrentActor current, PageRequest page, string? system, string? runbook, Guid? alert, string? status, bool? open, CancellationToken stop)
    {
        RunStatus? wanted = status is null ? null : Enum.TryParse<RunStatus>(status, ignoreCase: true, out var known) ? known
            : throw new InvalidInputException("status", $"is one of {string.Join(", ", Enum.GetNames<RunStatus>().Select(name => name.ToLowerInvariant()))}.");
        var filter = new RunFilter(system is null ? null : [system], runbook, alert, wanted, open ?? false);
        var found = await runs.ListAsync(await current.GetAsync(), filter, page.CursorNumber(), page.Limit + 1, stop);
        var cut = page.Cut(found, run => $"{run.Number}");
        return Results.Json(new Page<object>([.. cut.Items.Select(RunView.Of)], cut.Next), Json.Options);
    }

    static async Task<IResult> ReadAsync(Guid id, Runs runs, ICurrentActor current, CancellationToken stop) =>
        Results.Json(RunView.Of(await runs.FindAsync(await current.GetAsync(), id, stop)), Json.Options);

    static async Task<IResult> LinesAsync(Guid id, Runs runs, ICurrentActor current, long? from, int? limit, CancellationToken stop)
    {
        var (actor, most) = (await current.GetAsync(), Math.Clamp(limit ?? 200, 1, Portion));
        var (tail, count) = from is null ? await runs.TailAsync(actor, id, most, stop) : (await runs.OutputAsync(actor, id, Math.Max(1, from.Value), most, stop), 0L);
        return Results.Json(new { count = from is null ? count : (long?)null, lines = tail.Select(line => new object[] { line.Number, line.At.ToUnixTimeMilliseconds(), line.Step, line.IsError, line.Text }) }, Json.Options);
    }

    static async Task OutputAsync(Guid id, HttpContext context, Runs runs, ICurrentActor current, string? step, CancellationToken stop)
    {
        var actor = await current.GetAsync();
        var lines = await runs.OutputAsync(actor, id, 1, Portion, stop);
        context.Response.ContentType = "text/plain; charset=utf-8";
        while (lines.Count > 0)
        {
            var text = new StringBuilder();
            foreach (var line in lines.Where(line => step is null || line.Step == step))
                text.Append($"{line.At.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ} {line.Step}{(line.IsError ? "!" : ":")} {line.Text}\n");
            await context.Response.WriteAsync(text.ToString(), stop);
            lines = lines.Count < Portion ? [] : await runs.OutputAsync(actor, id, lines[^1].Number + 1, Portion, stop);
        }
    }
}
