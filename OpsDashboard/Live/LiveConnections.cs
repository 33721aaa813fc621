using System.Collections.Concurrent;
using Microsoft.AspNetCore.SignalR;
using OpsDashboard.Access;

namespace OpsDashboard.Live;

/// <summary>
/// The hub's connections, each with its <see cref="LiveViewer"/>, and the loop that flushes those with something to send.
/// A connection is flushed at most every <see cref="Pace"/>, so that frames which fall together leave in one message.
/// </summary>
sealed class LiveConnections(IAccessChanges access, LiveOptions options, ILogger<DefaultHubLifetimeManager<LiveHub>> log, TimeProvider clock) : DefaultHubLifetimeManager<LiveHub>(log), IHostedService
{
    static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);
    static readonly TimeSpan BeatEvery = TimeSpan.FromSeconds(2);
    static readonly object ViewerKey = new();

    readonly ConcurrentDictionary<string, (HubConnectionContext Connection, LiveViewer Viewer)> viewers = new();
    readonly ConcurrentQueue<LiveViewer> ready = new();
    readonly SemaphoreSlim signal = new(0);
    readonly CancellationTokenSource stopping = new();
    int signalled;
    Task loop = Task.CompletedTask;
    ITimer? beats;

    public int Count => viewers.Count;

    public static LiveViewer ViewerOf(HubCallerContext context) => (LiveViewer)context.Items[ViewerKey]!;

    public override async Task OnConnectedAsync(HubConnectionContext connection)
    {
        var viewer = new LiveViewer(connection, Ready, options.MaxPerConnection);
        connection.Items[ViewerKey] = viewer;
        viewers[connection.ConnectionId] = (connection, viewer);
        await base.OnConnectedAsync(connection);
    }

    public override Task OnDisconnectedAsync(HubConnectionContext connection)
    {
        if (viewers.TryRemove(connection.ConnectionId, out var gone))
            gone.Viewer.Close();
        return base.OnDisconnectedAsync(connection);
    }

    void Ready(LiveViewer viewer)
    {
        ready.Enqueue(viewer);
        if (Interlocked.Exchange(ref signalled, 1) == 0)
            signal.Release();
    }

    // What is followed was authorized with the grants of then: the browser connects again and asks with those of now.
    void OnAccessChanged(string actorId)
    {
        foreach (var (_, (connection, _)) in viewers)
        {
            if (connection.UserIdentifier == actorId)
                connection.Abort();
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        loop = FlushLoopAsync();
        access.Changed += OnAccessChanged;
        beats = clock.CreateTimer(_ => Beat(), null, BeatEvery, BeatEvery);
        return Task.CompletedTask;
    }

    async Task FlushLoopAsync()
    {
        try
        {
            while (true)
            {
                await signal.WaitAsync(stopping.Token);
                await Task.Delay(Pace, clock, stopping.Token);
                Volatile.Write(ref signalled, 0);
                FlushReady();
            }
        }
        catch (OperationCanceledException) { }
    }

    void FlushReady()
    {
        var now = clock.GetTimestamp();
        for (var left = ready.Count; left > 0 && ready.TryDequeue(out var viewer); left--)
            viewer.Flush(now);
        if (!ready.IsEmpty && Interlocked.Exchange(ref signalled, 1) == 0)
            signal.Release();
    }

    void Beat()
    {
        var now = clock.GetTimestamp();
        var beat = System.Text.Encoding.UTF8.GetBytes($"[0,{clock.GetUtcNow().ToUnixTimeMilliseconds()}]");
        foreach (var (_, (_, viewer)) in viewers)
        {
            if (clock.GetElapsedTime(viewer.WrittenAt, now) >= BeatEvery)
                viewer.Beat(beat, now);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        access.Changed -= OnAccessChanged;
        await stopping.CancelAsync();
        if (beats is not null)
            await beats.DisposeAsync();
        await loop;
    }
}
