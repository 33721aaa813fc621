using OpsDashboard.Alerts.Notifications;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.PromQl;
using OpsDashboard.Storage;

namespace OpsDashboard.Alerts.Evaluation;

/// <summary>
/// Evaluates the rules of all systems on the one replica that holds the lease; the others show what it stores. Looks once a second whether the
/// catalogue or the lease changed. While the database is away, who evaluated goes on.
/// </summary>
sealed class RuleHost(ICatalogue catalogue, AlertBook book, AlertStore store, EvaluatorLease lease, EvaluationParts parts, ILogger<RuleHost> log) : BackgroundService, IAlerts
{
    static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    /// <summary>How often the values of open alerts are stored for the other replicas, and that this one lives.</summary>
    static readonly TimeSpan RefreshEvery = TimeSpan.FromSeconds(5);

    /// <summary>After a longer outage pending alerts begin anew (Prometheus' rules.alert.for-outage-tolerance).</summary>
    static readonly TimeSpan OutageTolerance = TimeSpan.FromHours(1);

    readonly TimeProvider clock = parts.Clock;
    RuleLoops? loops;
    volatile bool isReplaced;
    long epoch;
    long cursor;
    long revision = -1;
    long refreshedAt;
    volatile IReadOnlyList<RuleGroupStatus> reported = [];
    string? lastFault;
    ILookup<string, Alert> restored = Array.Empty<Alert>().ToLookup(alert => alert.RuleId);

    public IReadOnlyList<Alert> Current => book.Current;

    public IReadOnlyList<RuleGroupStatus> Groups => loops?.Statuses ?? reported;

    public IDisposable Subscribe(Action changed) => book.Subscribe(changed);

    protected override async Task ExecuteAsync(CancellationToken stop)
    {
        await Task.Yield();
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await LookAsync(stop);
                lastFault = null;
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                if (lastFault != fault.Message)
                    log.LogError(fault, "Rules are evaluated as before; who evaluates and the catalogue could not be looked at");
                lastFault = fault.Message;
            }
            await Task.Delay(Pace, clock, stop);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await StepDownAsync();
        await FlushAsync(cancellationToken);
        await lease.DisposeAsync();
    }

    // What an evaluation found in the last moment was shown; its storing was cut off with the loop.
    async Task FlushAsync(CancellationToken stop)
    {
        try
        {
            if (!isReplaced)
                await book.RecordAsync([], [], epoch, stop);
        }
        catch (EvaluatorReplacedException)
        {
            // The replica that took over evaluates the same samples.
        }
    }

    async Task LookAsync(CancellationToken stop)
    {
        var holds = await lease.TryHoldAsync(stop);
        if (loops is not null && (!holds || isReplaced))
            await StepDownAsync();
        if (!holds)
        {
            await FollowAsync(stop);
            return;
        }
        if (loops is null)
            await TakeOverAsync(stop);
        if (catalogue.Current is var snapshot && snapshot.Revision != revision)
            await TakeAsync(snapshot, stop);
        if (clock.GetElapsedTime(refreshedAt) >= RefreshEvery)
            await RefreshAsync(stop);
    }

    async Task TakeOverAsync(CancellationToken stop)
    {
        var now = clock.Now();
        var (taken, evaluatedAt) = await store.TakeOverAsync(now, stop);
        var open = await book.LoadAsync(now - AlertBook.ResolvedRetention, stop);
        epoch = taken;
        isReplaced = false;
        restored = open.Where(alert => alert is { IsOpen: true, Origin: AlertOrigin.Rule }).Select(alert => Outlived(alert, evaluatedAt ?? now, now)).OfType<Alert>().ToLookup(alert => alert.RuleId);
        await book.RecordAsync([.. open.Where(alert => alert is { State: AlertState.Pending, Origin: AlertOrigin.Rule } && now - (evaluatedAt ?? now) > OutageTolerance)
            .Select(alert => new AlertChange(AlertState.Pending, alert with { State = AlertState.Inactive }, now))], [], epoch, stop);
        loops = new(parts.Rules, parts.Loop(RecordAsync, log));
        revision = -1;
        refreshedAt = clock.GetTimestamp();
    }

    // Time in which nothing was evaluated is not time that a condition held.
    static Alert? Outlived(Alert alert, DateTimeOffset evaluatedAt, DateTimeOffset now)
    {
        var outage = now > evaluatedAt ? now - evaluatedAt : TimeSpan.Zero;
        if (alert.State == AlertState.Firing)
            return alert;
        return outage > OutageTolerance ? null : alert with { ActiveAt = alert.ActiveAt + outage };
    }

    async Task TakeAsync(CatalogueSnapshot snapshot, CancellationToken stop)
    {
        var fired = await store.FiringsAsync(clock.Now() - FlapScore.Memory, stop);
        var ended = new List<AlertChange>(await loops!.TakeAsync(RuleSet.Of(snapshot), restored, fired, stop));
        var alive = loops.Statuses.SelectMany(group => group.Rules).Select(rule => rule.Rule.Id).ToHashSet();
        // The first reading may come before the catalogue is there: then nothing is said to be gone.
        if (snapshot.Systems.Count > 0)
        {
            ended.AddRange(restored.Where(rule => !alive.Contains(rule.Key)).SelectMany(rule => rule).Select(alert => Ended(alert, clock.Now())));
            restored = Array.Empty<Alert>().ToLookup(alert => alert.RuleId);
        }
        revision = snapshot.Revision;
        await RecordAsync(ended, [], stop);
    }

    static AlertChange Ended(Alert alert, DateTimeOffset at) => new(alert.State, alert.State == AlertState.Firing
        ? alert with { State = AlertState.Resolved, ResolvedAt = at }
        : alert with { State = AlertState.Inactive }, at);

    async Task RecordAsync(IReadOnlyList<AlertChange> changes, IReadOnlyCollection<Alert> refreshed, CancellationToken stop)
    {
        if (isReplaced || (changes.Count == 0 && refreshed.Count == 0 && book.LastError is null))
            return;
        try
        {
            await book.RecordAsync(changes, refreshed, epoch, stop);
        }
        catch (EvaluatorReplacedException)
        {
            isReplaced = true;
        }
    }

    async Task RefreshAsync(CancellationToken stop)
    {
        try
        {
            await store.RefreshAsync(lease.IsShared ? [.. loops!.Open] : [], lease.IsShared ? RuleReport.Write(loops!.Statuses) : null, epoch, clock.Now(), stop);
        }
        catch (EvaluatorReplacedException)
        {
            isReplaced = true;
        }
        if (lease.IsShared)
            await TakeForeignAsync(stop);
        refreshedAt = clock.GetTimestamp();
    }

    async Task StepDownAsync()
    {
        if (loops is null)
            return;
        await loops.DisposeAsync();
        loops = null;
        refreshedAt = 0;
        cursor = 0;
    }

    async Task FollowAsync(CancellationToken stop)
    {
        if (cursor > 0 && clock.GetElapsedTime(refreshedAt) < RefreshEvery && await store.LastSequenceAsync(stop) == cursor)
            return;
        cursor = await store.LastSequenceAsync(stop);
        await book.LoadAsync(clock.Now() - AlertBook.ResolvedRetention, stop);
        reported = RuleReport.Read(await store.ReportAsync(stop), catalogue.Current);
        refreshedAt = clock.GetTimestamp();
    }

    // What another Prometheus sent may have come in through another replica.
    async Task TakeForeignAsync(CancellationToken stop)
    {
        var open = await store.OpenAsync(clock.Now() - AlertBook.ResolvedRetention, stop);
        book.Take([.. open.Where(alert => alert.Origin == AlertOrigin.External)], []);
    }
}

/// <summary>What rules are evaluated with.</summary>
sealed record EvaluationParts(IPromQl PromQl, ISampleAppender Appender, ISampleQuery Samples, MonotoneClock Stamps, TimeProvider Clock, Inhibition Inhibition, NotificationOptions Options, ICatalogue Catalogue)
{
    public RuleSetting Rules => new(PromQl, Appender, new(Options.ExternalLabels, Options.ExternalUrl, NameOf), Clock, Inhibition.Find);

    string? NameOf(string system, string component) => Catalogue.Current.Find(system)?.Components.FirstOrDefault(each => each.Id == component)?.Name;

    public LoopSetting Loop(Func<IReadOnlyList<AlertChange>, IReadOnlyCollection<Alert>, CancellationToken, Task> record, ILogger log) => new(Samples, Stamps, Clock, log, record);
}
