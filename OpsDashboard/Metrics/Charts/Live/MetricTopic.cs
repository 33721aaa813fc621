using System.Buffers;
using OpsDashboard.Live;
using OpsDashboard.Metrics.PromQl;

namespace OpsDashboard.Metrics.Charts.Live;

/// <summary>
/// One expression at one step, evaluated once however many watch it: when samples that it selects arrive (at most every <see cref="Pace"/>),
/// and every second besides, because windows move without samples too. Sleeps while nobody watches.
/// </summary>
sealed class MetricTopic : ILiveFeed
{
    static readonly TimeSpan ShortestPace = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan Idle = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    readonly IPromQlQuery query;
    readonly ISampleQuery samples;
    readonly TimeProvider clock;
    readonly ILogger log;
    readonly SeriesTable table = new();
    readonly ArrayBufferWriter<byte> body = new(256);
    // Without an upper limit: a sample that arrives just when the idle time ends may release it once more than it is waited for.
    readonly SemaphoreSlim wake = new(0);
    readonly CancellationTokenSource ended = new();
    readonly int step;
    IReadOnlyList<IDisposable> followed = [];
    byte[] lastValues = [];
    int woken;
    int introduced;
    string? lastFault;

    public MetricTopic(IPromQlQuery query, LiveRequest request, ISampleQuery samples, TimeProvider clock, ILogger log, Action<int> viewersChanged)
    {
        (this.query, this.samples, this.clock, this.log, step) = (query, samples, clock, log, request.Step);
        Topic = new(request.Mode, viewersChanged);
    }

    public LiveTopic Topic { get; }

    /// <summary>Points further apart than a second need no frame every 50 ms.</summary>
    TimeSpan Pace => TimeSpan.FromMilliseconds(Math.Clamp(step / 20.0, ShortestPace.TotalMilliseconds, Longest.TotalMilliseconds));

    public MetricTopic Start()
    {
        followed = [.. query.Selectors.Select(selector => samples.Follow(selector, Wake))];
        _ = RunAsync();
        return this;
    }

    // On the appender's thread.
    void Wake()
    {
        if (Interlocked.Exchange(ref woken, 1) == 0)
            wake.Release();
    }

    async Task RunAsync()
    {
        try
        {
            while (true)
            {
                var began = clock.GetTimestamp();
                await EvaluateAsync(clock.GetUtcNow().ToUnixTimeMilliseconds(), ended.Token);
                await PauseAsync(Pace - clock.GetElapsedTime(began));
                await WakeOrIdleAsync();
                Volatile.Write(ref woken, 0);
            }
        }
        catch (OperationCanceledException) { }
    }

    Task PauseAsync(TimeSpan left) => left > TimeSpan.Zero ? Task.Delay(left, clock, ended.Token) : Task.CompletedTask;

    async Task WakeOrIdleAsync()
    {
        using var idle = CancellationTokenSource.CreateLinkedTokenSource(ended.Token);
        await using var timer = clock.CreateTimer(static state => ((CancellationTokenSource)state!).Cancel(), idle, Idle, Timeout.InfiniteTimeSpan);
        try
        {
            await wake.WaitAsync(idle.Token);
        }
        catch (OperationCanceledException) when (!ended.IsCancellationRequested) { }
    }

    /// <summary>Evaluates as of an instant and publishes what changed.</summary>
    public async Task EvaluateAsync(long at, CancellationToken stop)
    {
        try
        {
            var answer = await query.InstantAsync(at, SelectOptions.Raw with { MaxSamples = 5_000_000 }, stop);
            Publish(at, answer);
            lastFault = null;
        }
        catch (Exception fault) when (fault is PromQlException or QueryLimitException)
        {
            PublishFault(fault.Message);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // One broken evaluation must not end the topic: its viewers are told, the next second tries again.
            if (lastFault != fault.Message)
                log.LogError(fault, "Following {Expression} failed", query.Text);
            PublishFault("the figure cannot be computed now");
        }
    }

    void Publish(long at, QueryResult answer)
    {
        body.ResetWrittenCount();
        table.WriteFrame(body, at, answer);
        if (introduced != table.Version)
        {
            Topic.Introduce(table.Introduction());
            introduced = table.Version;
        }
        // The time is the first number; a tile whose values stayed the same needs no frame.
        var values = body.WrittenSpan[Math.Max(0, body.WrittenSpan.IndexOf((byte)','))..];
        if (Topic.Mode == LiveMode.Tile && values.SequenceEqual(lastValues))
            return;
        lastValues = values.ToArray();
        Topic.Publish(body.WrittenSpan);
    }

    void PublishFault(string message)
    {
        if (lastFault == message)
            return;
        lastFault = message;
        lastValues = [];
        Topic.Publish([.. "\"e\","u8, .. System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(message)]);
    }

    public void Dispose()
    {
        foreach (var follower in followed)
            follower.Dispose();
        ended.Cancel();
    }
}
