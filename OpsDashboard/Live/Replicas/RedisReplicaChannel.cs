using System.Collections.Concurrent;
using StackExchange.Redis;

namespace OpsDashboard.Live.Replicas;

/// <summary>
/// The channel over Redis publish/subscribe. The client never notices a hung server and its calls have no time-out, so every call is bounded,
/// and once in <see cref="WatchEvery"/> the channel must hear its own voice; else the connection is built anew and everybody is woken.
/// </summary>
sealed class RedisReplicaChannel(string configuration, TimeProvider clock, ILogger<RedisReplicaChannel> log) : BackgroundService, IReplicaChannel
{
    const string Channel = "ops-dashboard:wake";

    static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);
    static readonly TimeSpan WatchEvery = TimeSpan.FromSeconds(1);
    static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(2);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    readonly string self = Guid.NewGuid().ToString("N");
    readonly ConcurrentDictionary<string, byte> pending = new();
    readonly SemaphoreSlim signal = new(0);
    readonly WakeObservers observers = new();
    long sequence;
    long heardAt;

    public bool IsUp { get; private set; }

    public void Publish(string topic)
    {
        if (pending.TryAdd(topic, 0))
            Signal();
    }

    public IDisposable Subscribe(string topic, Action observer) => observers.Add(topic, observer);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = TimeSpan.FromMilliseconds(200);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ServeAsync(() => pause = TimeSpan.FromMilliseconds(200), stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault) when (fault is RedisException or TimeoutException or ObjectDisposedException or InvalidOperationException or System.Net.Sockets.SocketException or OperationCanceledException)
            {
                // The address may carry a password: the message alone is logged, once an outage.
                if (IsUp)
                    log.LogWarning("Redis does not answer ({Reason}); replicas find changes by looking until it does", fault.GetType().Name);
                IsUp = false;
            }
            await Task.Delay(pause, clock, stoppingToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>Connects, subscribes and publishes until something is wrong.</summary>
    async Task ServeAsync(Action connected, CancellationToken stop)
    {
        var options = ConfigurationOptions.Parse(configuration);
        options.AbortOnConnectFail = true;
        options.ConnectTimeout = (int)CallLimit.TotalMilliseconds;
        var redis = await ConnectionMultiplexer.ConnectAsync(options).WaitAsync(CallLimit * 2, clock, stop);
        try
        {
            var subscriber = redis.GetSubscriber();
            await subscriber.SubscribeAsync(Channel, (_, text) => Heard(text)).WaitAsync(CallLimit, clock, stop);
            heardAt = clock.GetTimestamp();
            await SendAsync(subscriber, stop);
            connected();
            if (!IsUp)
                log.LogInformation("Redis answers; replicas wake each other");
            IsUp = true;
            // What was published meanwhile, here or elsewhere, went nowhere.
            observers.WakeAll();
            await PumpAsync(subscriber, stop);
        }
        finally
        {
            // Closing a hung connection blocks: it is left to end by itself.
            _ = Task.Run(() => redis.Close(allowCommandsToComplete: false), CancellationToken.None);
        }
    }

    async Task PumpAsync(ISubscriber subscriber, CancellationToken stop)
    {
        var watchedAt = clock.GetTimestamp();
        while (true)
        {
            var asked = await WaitAsync(stop);
            if (asked)
                await Task.Delay(Pace, clock, stop);
            if (clock.GetElapsedTime(Volatile.Read(ref heardAt)) > WatchEvery + CallLimit)
                throw new TimeoutException("The channel does not hear its own voice.");
            if (asked || clock.GetElapsedTime(watchedAt) >= WatchEvery)
            {
                watchedAt = clock.GetTimestamp();
                await SendAsync(subscriber, stop);
            }
        }
    }

    async Task SendAsync(ISubscriber subscriber, CancellationToken stop)
    {
        var topics = pending.Keys.ToArray();
        foreach (var topic in topics)
            pending.TryRemove(topic, out _);
        await subscriber.PublishAsync(Channel, new WakeMessage(self, ++sequence, topics).ToString()).WaitAsync(CallLimit, clock, stop);
    }

    void Heard(string? text)
    {
        if (WakeMessage.Parse(text) is not { } message)
            return;
        if (message.Sender == self)
            Volatile.Write(ref heardAt, clock.GetTimestamp());
        else
            observers.Take(message);
    }

    void Signal()
    {
        // Twice in a race only means one look too many.
        if (signal.CurrentCount == 0)
            signal.Release();
    }

    async Task<bool> WaitAsync(CancellationToken stop) => await signal.WaitAsync(WatchEvery, stop);
}
