using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OpsDashboard.Alerts.Notifications.Notifiers;
using OpsDashboard.Alerts.Routing;
using OpsDashboard.Catalogue;
using OpsDashboard.Http;
using OpsDashboard.Live;
using OpsDashboard.Metrics.Collectors;
using OpsDashboard.Storage;

namespace OpsDashboard.Alerts.Notifications.Outbox;

/// <param name="Took">Seconds.</param>
public sealed record Attempt(DateTimeOffset At, TimeSpan Took, string Result);

/// <summary>
/// Sends what waits in the outbox. A delivery is claimed before it is sent and recorded after it. What was being sent when the process died is sent again
/// under the same id, because nobody knows whether it arrived: PagerDuty, push services and hooks know it by its id, a mail by its Message-ID.
/// One process at a time, by the lease; a receiver that hangs delays no other.
/// </summary>
sealed class Sender(OpsContextFactory contexts, Leases leases, ICatalogue catalogue, IEnumerable<INotifier> notifiers, NotificationOptions options, LiveBus bus, TimeProvider clock, ILogger<Sender> log)
{
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>What was tried for this long is given up.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);
    const int MostAtOnce = 32, MostRead = 5000, KeptAttempts = 50;

    readonly Dictionary<Type, INotifier> notifiers = notifiers.ToDictionary(notifier => notifier.MethodType);
    readonly ConcurrentDictionary<Guid, Task> running = new();

    // Sent, but the database did not take the record yet: to be told, not to be sent again.
    readonly ConcurrentDictionary<Guid, (Delivery Delivery, SendResult Result, Attempt Attempt)> unrecorded = new();

    /// <summary>Completes when nothing is being sent.</summary>
    public Task IdleAsync() => Task.WhenAll(running.Values);

    /// <summary>Begins to send what is due; does not wait for its end.</summary>
    /// <returns>How many were begun.</returns>
    /// <exception cref="LeaseLostException">Another process sends now.</exception>
    public async Task<int> RoundAsync(long fence, CancellationToken stop)
    {
        var now = clock.Now();
        foreach (var (id, sent) in unrecorded)
        {
            await RecordAsync(sent.Delivery, sent.Result, sent.Attempt, fence, stop);
            unrecorded.TryRemove(id, out _);
        }
        var due = await DueAsync(fence, now, stop);
        foreach (var (delivery, payload) in due)
        {
            var task = SendAsync(delivery, payload, fence, stop);
            running[delivery.Id] = task;
            _ = task.ContinueWith(_ => running.TryRemove(delivery.Id, out var _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
        return due.Count;
    }

    // The first of each queue, so that an end never overtakes its beginning.
    async Task<IReadOnlyList<(Delivery, string)>> DueAsync(long fence, DateTimeOffset now, CancellationToken stop)
    {
        await using var reading = contexts.CreateDbContext();
        var open = await reading.Set<Delivery>().AsNoTracking()
            .Where(delivery => delivery.State == DeliveryState.Waiting || delivery.State == DeliveryState.Sending)
            .OrderBy(delivery => delivery.CreatedAt).ThenBy(delivery => delivery.Id).Take(MostRead).ToListAsync(stop);
        var due = open.GroupBy(delivery => delivery.Queue).Select(queue => queue.First())
            .Where(delivery => !running.ContainsKey(delivery.Id) && !unrecorded.ContainsKey(delivery.Id) && (delivery.State == DeliveryState.Waiting ? delivery.NextAttemptAt <= now : delivery.Fence != fence))
            .Take(Math.Max(0, MostAtOnce - running.Count)).ToList();
        if (due.Count == 0)
            return [];
        var ids = due.Select(delivery => delivery.Id).ToArray();
        using (await contexts.Gate.EnterAsync(stop))
        {
            await using var context = contexts.CreateDbContext();
            await using var transaction = await context.Database.BeginTransactionAsync(stop);
            await leases.DemandAsync(context, NotificationHost.Lease, fence, stop);
            // What was withdrawn since it was read is not sent.
            await context.Set<Delivery>().Where(delivery => ids.Contains(delivery.Id) && (delivery.State == DeliveryState.Waiting || delivery.State == DeliveryState.Sending)).ExecuteUpdateAsync(set => set
                .SetProperty(delivery => delivery.State, DeliveryState.Sending)
                .SetProperty(delivery => delivery.Fence, fence)
                .SetProperty(delivery => delivery.Attempts, delivery => delivery.Attempts + 1), stop);
            var claimed = await context.Set<Delivery>().Where(delivery => ids.Contains(delivery.Id) && delivery.State == DeliveryState.Sending).Select(delivery => delivery.Id).ToListAsync(stop);
            due.RemoveAll(delivery => !claimed.Contains(delivery.Id));
            await transaction.CommitAsync(stop);
        }
        var told = due.Select(delivery => delivery.NotificationId).Distinct().ToArray();
        var payloads = await reading.Set<Notification>().AsNoTracking().Where(one => told.Contains(one.Id)).ToDictionaryAsync(one => one.Id, one => one.Payload, stop);
        return [.. due.Select(delivery => (delivery, payloads[delivery.NotificationId]))];
    }

    async Task SendAsync(Delivery delivery, string payload, long fence, CancellationToken stop)
    {
        await Task.Yield();
        var (began, at) = (clock.GetTimestamp(), clock.Now());
        try
        {
            var result = await TrySendAsync(delivery, Message.Read(payload), at, stop);
            var attempt = new Attempt(at, clock.GetElapsedTime(began), result.Detail);
            unrecorded[delivery.Id] = (delivery, result, attempt);
            await RecordAsync(delivery, result, attempt, fence, stop);
            unrecorded.TryRemove(delivery.Id, out _);
            if (result.Outcome != SendOutcome.Delivered && delivery.Result != result.Detail)
                log.LogWarning("{Method} of {Receiver} was not reached: {Reason}", delivery.Method, delivery.Receiver, result.Detail);
            bus.Publish(new NotificationsChanged());
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // It stays claimed; whoever sends next takes it up.
        }
        catch (Exception fault)
        {
            log.LogError(fault, "What came of delivery {Delivery} could not be recorded; the next round records it", delivery.Id);
        }
    }

    async Task<SendResult> TrySendAsync(Delivery delivery, Message message, DateTimeOffset at, CancellationToken stop)
    {
        if (MethodIds.Find(RoutingTable.Of(catalogue.Current), delivery.Receiver, delivery.Method) is not { } method)
            return SendResult.Rejected("the receiver no longer has this method");
        if (!notifiers.TryGetValue(method.GetType(), out var notifier))
            return SendResult.Rejected("nothing here sends this way");
        using var limit = new CancellationTokenSource(Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        var told = method.SendsResolved ? message : message.FiringOnly();
        try
        {
            return await notifier.SendAsync(new(delivery.Id, delivery.Method, method, told, at, options.ExternalUrl), either.Token);
        }
        catch (SecretMissingException missing)
        {
            return SendResult.Rejected($"not set up: {missing.Message}");
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return SendResult.Retry($"did not answer within {Timeout.TotalSeconds:0} s");
        }
    }

    async Task RecordAsync(Delivery delivery, SendResult result, Attempt attempt, long fence, CancellationToken stop)
    {
        var now = clock.Now();
        var attempts = delivery.Attempts + 1;
        var state = result.Outcome switch
        {
            SendOutcome.Delivered => DeliveryState.Delivered,
            SendOutcome.Retry when now - delivery.CreatedAt < Longest => DeliveryState.Waiting,
            _ => DeliveryState.Failed,
        };
        var history = JsonSerializer.Serialize(JsonSerializer.Deserialize<List<Attempt>>(delivery.History, Json.Options)!.Append(attempt).TakeLast(KeptAttempts), Json.Options);
        var next = now + (result.RetryAfter ?? Pause(attempts));
        DateTimeOffset? deliveredAt = state == DeliveryState.Delivered ? now : null;
        using var permit = await contexts.Gate.EnterAsync(stop);
        await using var context = contexts.CreateDbContext();
        await context.Set<Delivery>().Where(row => row.Id == delivery.Id && row.Fence == fence && (row.State == DeliveryState.Sending || (state == DeliveryState.Delivered && row.State == DeliveryState.Withdrawn))).ExecuteUpdateAsync(set => set
            .SetProperty(row => row.State, state)
            .SetProperty(row => row.Result, result.Detail)
            .SetProperty(row => row.History, history)
            .SetProperty(row => row.NextAttemptAt, next)
            .SetProperty(row => row.DeliveredAt, deliveredAt), stop);
        // What failed for good does not wait a minute for the next method.
        if (state == DeliveryState.Failed)
            await context.Set<Delivery>().Where(row => row.Id == delivery.Id && row.NextMethodAt != null).ExecuteUpdateAsync(set => set.SetProperty(row => row.NextMethodAt, now), stop);
    }

    /// <summary>1, 2, 4 … 60 seconds.</summary>
    internal static TimeSpan Pause(int attempts) => attempts > 6 ? LongestPause : TimeSpan.FromSeconds(Math.Min(60, Math.Pow(2, attempts - 1)));
}
