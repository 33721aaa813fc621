using Microsoft.AspNetCore.Components;

namespace OpsDashboard.Live;

/// <summary>
/// Base of pages and components that follow what changes: register, take the snapshot, follow. Prerendering takes the snapshot only.
/// Wake-ups are coalesced to <see cref="Pace"/>, faults end in the page's own circuit, and nothing is followed while the browser is away:
/// when it comes back the snapshot is taken again.
/// </summary>
public abstract class LivePage : ComponentBase, IAsyncDisposable
{
    /// <summary>At most one refresh in this time. Numbers that change faster belong into live elements, outside the Razor diff.</summary>
    protected virtual TimeSpan Pace => TimeSpan.FromMilliseconds(250);

    [Inject] public required LiveBus Bus { get; set; }
    [Inject] public required CircuitConnection Connection { get; set; }
    [Inject] public required TimeProvider Clock { get; set; }

    readonly List<IDisposable> followed = [];
    readonly CancellationTokenSource gone = new();
    ITimer? timer;
    int wakes;
    long refreshedAt;
    bool refreshing;

    /// <summary>Cancelled when the page is closed.</summary>
    protected CancellationToken Gone => gone.Token;

    /// <summary>Registers what wakes the page: <c>On&lt;T&gt;()</c> for a topic of the bus, <c>On(x.Subscribe(_ => Wake()))</c> for anything else.</summary>
    protected abstract void Follow();

    /// <summary>Reads what the page shows. Runs on the page's own thread of work; the page is rendered afterwards.</summary>
    protected abstract Task RefreshAsync(CancellationToken stop);

    protected void On<T>() where T : notnull => On(Bus.Subscribe<T>(_ => Wake()));

    protected void On<T>(Predicate<T> concerns) where T : notnull => On(Bus.Subscribe<T>(message =>
    {
        if (concerns(message))
            Wake();
    }));

    protected void On(IDisposable subscription) => followed.Add(subscription);

    /// <summary>Asks for a refresh; from any thread.</summary>
    protected void Wake()
    {
        if (Interlocked.Exchange(ref wakes, 1) == 0 && !gone.IsCancellationRequested)
            timer?.Change(Due(), Timeout.InfiniteTimeSpan);
    }

    protected override async Task OnInitializedAsync()
    {
        if (RendererInfo.IsInteractive)
        {
            timer = Clock.CreateTimer(_ => _ = InvokeAsync(RefreshGuardedAsync), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            Connection.Changed += OnConnection;
            Follow();
        }
        refreshedAt = Clock.GetTimestamp();
        await RefreshAsync(Gone);
    }

    TimeSpan Due()
    {
        var left = Pace - Clock.GetElapsedTime(Volatile.Read(ref refreshedAt));
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    async Task RefreshGuardedAsync()
    {
        if (refreshing || gone.IsCancellationRequested)
            return;
        refreshing = true;
        Interlocked.Exchange(ref wakes, 0);
        try
        {
            await RefreshAsync(Gone);
            StateHasChanged();
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested) { }
        catch (Exception fault)
        {
            await DispatchExceptionAsync(fault);
        }
        finally
        {
            refreshing = false;
            Volatile.Write(ref refreshedAt, Clock.GetTimestamp());
        }
        // A wake-up that came while the page was reading found its timer already spent.
        if (Volatile.Read(ref wakes) == 1 && !gone.IsCancellationRequested)
            timer?.Change(Due(), Timeout.InfiniteTimeSpan);
    }

    void OnConnection(bool up) => _ = InvokeAsync(() =>
    {
        Unfollow();
        if (!up || gone.IsCancellationRequested)
            return;
        Follow();
        Wake();
    });

    void Unfollow()
    {
        foreach (var subscription in followed)
            subscription.Dispose();
        followed.Clear();
    }

    public virtual async ValueTask DisposeAsync()
    {
        Connection.Changed -= OnConnection;
        Unfollow();
        if (!gone.IsCancellationRequested)
            await gone.CancelAsync();
        if (timer is not null)
            await timer.DisposeAsync();
        gone.Dispose();
        GC.SuppressFinalize(this);
    }
}
