using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http.Features;
using OpsDashboard.Audit;

namespace OpsDashboard.Access;

/// <summary>
/// Ends the sockets and event streams of circuits and hubs whose sign-in no longer holds, or whose grants are no longer those that it was
/// opened with: a token's shrink with its creator's. The browser's reconnect is then refused at the door,
/// whatever the code behind the socket remembers. Checks each open socket every two seconds, and at once when told of a change.
/// </summary>
sealed class ConnectionGuard(IActors actors, AccessChanges changes, TimeProvider clock, ILogger<ConnectionGuard> logger) : BackgroundService
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    readonly ConcurrentDictionary<HttpContext, Opened> open = new();

    public async Task FollowAsync(HttpContext context, RequestDelegate next)
    {
        if (!IsLasting(context) || context.User.FindFirst(System.Security.Claims.ClaimTypes.NameIdentifier)?.Value is not { } actorId)
        {
            await next(context);
            return;
        }
        open[context] = new(actorId, (await actors.ResolveAsync(context.User)).Grants);
        try
        {
            await next(context);
        }
        finally
        {
            open.TryRemove(context, out _);
        }
    }

    // A socket is not known as one here: the middleware that makes it one runs inside the hub's endpoint. A hub takes event streams too: one
    // request that stays open, authorized once.
    static bool IsLasting(HttpContext context) =>
        context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } || context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true }
        || context.WebSockets.IsWebSocketRequest || context.Request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.OrdinalIgnoreCase);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var woken = new SemaphoreSlim(0);
        void Wake(string actorId) => woken.Release();
        changes.Changed += Wake;
        try
        {
            while (true)
            {
                await CloseEndedAsync();
                await WaitAsync(woken, stoppingToken);
            }
        }
        finally
        {
            changes.Changed -= Wake;
        }
    }

    async Task WaitAsync(SemaphoreSlim woken, CancellationToken stop)
    {
        using var pause = new CancellationTokenSource(Interval, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(pause.Token, stop);
        try
        {
            await woken.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // The interval is over.
        }
    }

    async Task CloseEndedAsync()
    {
        foreach (var (context, opened) in open)
        {
            try
            {
                if (await actors.IsCurrentAsync(context.User) && (await actors.ResolveAsync(context.User)).Grants.SequenceEqual(opened.Grants))
                    continue;
                open.TryRemove(context, out _);
                context.Abort();
                changes.Raise(opened.ActorId);
            }
            catch (Exception failure)
            {
                // The database cannot be asked; the next round does.
                logger.LogDebug(failure, "The sign-in behind a connection could not be checked");
            }
        }
    }

    readonly record struct Opened(string ActorId, IReadOnlyList<Grant> Grants);
}
