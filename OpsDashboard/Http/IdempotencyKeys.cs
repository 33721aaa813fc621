using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using OpsDashboard.Storage;

namespace OpsDashboard.Http;

/// <summary>Lets a POST of the product's own API, or a plain form with a key, be sent again without being done again.</summary>
sealed class IdempotencyKeys(IDbContextFactory<OpsContext> contexts, TimeProvider clock)
{
    public const string Header = "Idempotency-Key";
    static readonly TimeSpan Kept = TimeSpan.FromHours(24);
    const int MaxKey = 200, MaxAnswer = 1024 * 1024;

    public async Task FollowAsync(HttpContext context, RequestDelegate next)
    {
        var key = PlainForm.KeyOf(context) ?? (Requests.IsOwnApi(context.Request.Path) ? context.Request.Headers[Header].ToString() : "");
        if (key.Length == 0 || !HttpMethods.IsPost(context.Request.Method) || context.GetEndpoint() is null)
        {
            await next(context);
            return;
        }
        if (key.Length > MaxKey)
        {
            await Problems.WriteAsync(context, Problems.Create(StatusCodes.Status400BadRequest, "The key is too long.", [new(Header, $"has at most {MaxKey} characters.")]));
            return;
        }
        var row = await DescribeAsync(context, key);
        if (await InsertAsync(row, context.RequestAborted) is { } before)
            await AnswerAgainAsync(context, row, before);
        else
            await RunAsync(context, next, row);
    }

    /// <summary>Deletes what is older than a day.</summary>
    public async Task PruneAsync(CancellationToken stop)
    {
        var limit = clock.Now() - Kept;
        await using var context = contexts.CreateDbContext();
        context.RemoveRange(await context.Set<IdempotencyKey>().Where(key => key.StartedAt < limit).Take(1000).ToListAsync(stop));
        await context.SaveChangesAsync(stop);
    }

    async Task<IdempotencyKey> DescribeAsync(HttpContext context, string key)
    {
        var request = context.Request;
        request.EnableBuffering();
        var bodyHash = await SHA256.HashDataAsync(request.Body, context.RequestAborted);
        request.Body.Position = 0;
        var actor = context.User.FindFirstValue(ClaimTypes.NameIdentifier);
        var id = SHA256.HashData(Encoding.UTF8.GetBytes($"{actor}\n{request.Method}\n{request.Path}{request.QueryString}\n{key}"));
        return new() { Id = id, BodyHash = bodyHash, StartedAt = clock.Now() };
    }

    /// <returns>The row that was there before, or null: this request is the first.</returns>
    async Task<IdempotencyKey?> InsertAsync(IdempotencyKey row, CancellationToken stop)
    {
        for (var attempt = 0; ; attempt++)
        {
            await using var context = contexts.CreateDbContext();
            var before = await context.Set<IdempotencyKey>().FirstOrDefaultAsync(key => key.Id == row.Id, stop);
            if (before is not null && before.StartedAt > clock.Now() - Kept)
                return before;
            if (before is not null)
            {
                context.Remove(before);
                await context.SaveChangesAsync(stop);
            }
            context.Add(row);
            try
            {
                await context.SaveChangesAsync(stop);
                return null;
            }
            catch (DbUpdateException failure) when (attempt == 0 && !Problems.IsOutage(failure))
            {
                // The same key arrived twice at once; the next round finds the other.
            }
        }
    }

    static Task AnswerAgainAsync(HttpContext context, IdempotencyKey row, IdempotencyKey before)
    {
        if (!before.BodyHash.AsSpan().SequenceEqual(row.BodyHash))
            return Problems.WriteAsync(context, Problems.Create(StatusCodes.Status422UnprocessableEntity, "This key was used with another body.", [new(Header, "take a new key for a new request.")]));
        if (before.Status == 0)
        {
            context.Response.Headers.RetryAfter = "1";
            return Problems.WriteAsync(context, Problems.Create(StatusCodes.Status409Conflict, "The first request with this key is still running, or was interrupted: look at its result before you try with a new key."));
        }
        if (before.Body is null)
            return Problems.WriteAsync(context, Problems.Create(StatusCodes.Status409Conflict, "This was done; its answer held a secret that is shown only once."));
        context.Response.StatusCode = before.Status;
        context.Response.ContentType = before.ContentType;
        context.Response.Headers.Location = before.Location;
        context.Response.Headers.ETag = before.ETag;
        context.Response.Headers["Idempotency-Replayed"] = "true";
        return before.Body.Length == 0 ? Task.CompletedTask : context.Response.Body.WriteAsync(before.Body, context.RequestAborted).AsTask();
    }

    async Task RunAsync(HttpContext context, RequestDelegate next, IdempotencyKey row)
    {
        var (wire, answer) = (context.Response.Body, new MemoryStream());
        context.Response.Body = answer;
        var isDone = false;
        try
        {
            await next(context);
            isDone = context.Response.StatusCode is >= 200 and < 400;
        }
        finally
        {
            context.Response.Body = wire;
            await KeepAsync(context, row, isDone ? answer : null);
        }
        answer.Position = 0;
        await answer.CopyToAsync(wire, context.RequestAborted);
    }

    // What failed changed nothing, so the same key may try again. Kept even when the caller has gone: he will ask again.
    async Task KeepAsync(HttpContext context, IdempotencyKey row, MemoryStream? answer)
    {
        await using var database = contexts.CreateDbContext();
        if (answer is null)
        {
            database.Remove(row);
        }
        else
        {
            database.Attach(row);
            row.Status = context.Response.StatusCode;
            row.ContentType = context.Response.ContentType;
            row.Location = context.Response.Headers.Location;
            row.ETag = context.Response.Headers.ETag;
            row.Body = context.GetEndpoint()!.Metadata.GetMetadata<SecretAnswer>() is null && answer.Length <= MaxAnswer ? answer.ToArray() : null;
        }
        await database.SaveChangesAsync(CancellationToken.None);
    }
}

sealed class IdempotencyHost(IdempotencyKeys keys, TimeProvider clock, ILogger<IdempotencyHost> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMinutes(10), clock);
        while (await pause.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await keys.PruneAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                logger.LogWarning(failure, "Old idempotency keys could not be deleted; the next round tries again");
            }
        }
    }
}
