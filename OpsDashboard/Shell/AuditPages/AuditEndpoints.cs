using System.Text;
using System.Text.Json;
using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Http;

namespace OpsDashboard.Shell.AuditPages;

/// <param name="Actor">Null where the name was erased.</param>
/// <param name="Particulars">Null where they were erased.</param>
/// <param name="Hash">Of the entry in the chain, hexadecimal.</param>
public sealed record AuditEntryView(long Sequence, DateTimeOffset At, string ActorId, string? Actor, string Action, string Subject, AuditOutcome Outcome, JsonElement? Particulars, string Hash)
{
    public static AuditEntryView Of(AuditLine line) => new(line.Entry.Sequence, line.Entry.At, line.Entry.ActorId, line.ActorName, line.Entry.Action, line.Entry.Subject, line.Entry.Outcome,
        line.Particulars is { } particulars ? JsonSerializer.Deserialize<JsonElement>(particulars.Text) : null, Convert.ToHexStringLower(line.Entry.Hash));
}

static class AuditEndpoints
{
    public static void MapAuditLog(this WebApplication app)
    {
        var log = app.MapGroup("/api/audit").WithTags("audit");
        log.MapGet("", ListAsync).RequirePermission(Permission.ReadAudit).WithSummary("Entries, newest first; actor, action and subject match parts, from is inclusive, until exclusive.");
        log.MapGet("/{sequence:long}", ReadAsync).RequirePermission(Permission.ReadAudit).WithSummary("One entry.");
        log.MapPost("/verify", VerifyAsync).RequirePermission(Permission.ReadAudit).LimitPerMinute(10).WithSummary("Walks the whole chain; names the first broken entry.");
        log.MapGet("/export", ExportAsync).RequirePermission(Permission.ExportAudit).LimitPerMinute(10).WithSummary("The whole log as signed JSON lines, for OpsDashboard verify-audit.");
    }

    static async Task<Page<AuditEntryView>> ListAsync(ICurrentActor current, AuditDesk desk, PageRequest page, string? actor, string? action, string? subject, AuditOutcome? outcome, DateTimeOffset? from, DateTimeOffset? until, CancellationToken stop)
    {
        var filter = new AuditFilter(actor, action, subject, outcome, from, until);
        var lines = await desk.FindAsync(await current.GetAsync(), filter, page.CursorNumber(), page.Limit + 1, stop);
        return page.Cut([.. lines.Select(AuditEntryView.Of)], entry => $"{entry.Sequence}");
    }

    static async Task<AuditEntryView> ReadAsync(ICurrentActor current, AuditDesk desk, long sequence, CancellationToken stop)
    {
        var lines = await desk.FindAsync(await current.GetAsync(), new(), sequence == long.MaxValue ? null : sequence + 1, 1, stop);
        return lines is [var line] && line.Entry.Sequence == sequence ? AuditEntryView.Of(line) : throw new NotFoundException($"audit entry {sequence}");
    }

    static async Task<object> VerifyAsync(ICurrentActor current, AuditDesk desk, CancellationToken stop)
    {
        var verdict = await desk.VerifyAsync(await current.GetAsync(), stop);
        return new { verdict.IsIntact, verdict.Sentence, verdict.Entries, verdict.Checkpoints, verdict.Erased, verdict.SignedThrough, verdict.KeyIds, firstBroken = verdict.Broken };
    }

    static async Task ExportAsync(HttpContext context, ICurrentActor current, AuditDesk desk, TimeProvider clock)
    {
        var stop = context.RequestAborted;
        await using var lines = desk.ExportAsync(await current.GetAsync(), stop).GetAsyncEnumerator(stop);
        // The first line asks for permission: before it nothing may be sent.
        var isMore = await lines.MoveNextAsync();
        context.Response.ContentType = "application/x-ndjson; charset=utf-8";
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"audit-{clock.GetUtcNow():yyyyMMdd-HHmmss}.jsonl\"";
        for (; isMore; isMore = await lines.MoveNextAsync())
            await context.Response.WriteAsync(lines.Current + "\n", Encoding.UTF8, stop);
    }
}
