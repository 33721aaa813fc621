using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Incidents.Store;
using OpsDashboard.Live;
using OpsDashboard.Ui;

namespace OpsDashboard.Incidents;

/// <summary>How many incidents are open, beside the page in the menu. Thread-safe.</summary>
sealed class OpenIncidents(IncidentStore incidents, LiveBus bus) : IMenuBadge, IDisposable
{
    const int Most = 500;

    readonly Lock gate = new();
    IReadOnlyList<Incident> open = [];
    IDisposable? following;
    Task reading = Task.CompletedTask;
    Action? changed;

    public string Url => IncidentUrls.Incidents;

    public string Words => "are open";

    public int Count(Actor actor) => open.Count(incident => actor.May(Permission.ReadIncidents, incident.SystemId));

    public IDisposable Subscribe(Action changed)
    {
        lock (gate)
        {
            this.changed += changed;
            following ??= bus.Subscribe<IncidentChanged>(_ => Read());
        }
        Read();
        return new Subscription(() =>
        {
            lock (gate)
                this.changed -= changed;
        });
    }

    public void Dispose() => following?.Dispose();

    void Read()
    {
        lock (gate)
        {
            if (reading.IsCompleted)
                reading = ReadAsync();
        }
    }

    async Task ReadAsync()
    {
        await Task.Yield();
        try
        {
            open = await incidents.ListAsync(new(IsOpen: true), null, Most, CancellationToken.None);
        }
        catch (Exception away) when (Http.Problems.IsOutage(away))
        {
            // The number stays as it was; the next change reads again.
            return;
        }
        changed?.Invoke();
    }

    sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
