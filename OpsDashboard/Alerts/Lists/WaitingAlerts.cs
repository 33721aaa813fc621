using OpsDashboard.Access;
using OpsDashboard.Alerts.Handling;
using OpsDashboard.Alerts.Silences;
using OpsDashboard.Audit;
using OpsDashboard.Live;
using OpsDashboard.Ui;

namespace OpsDashboard.Alerts.Lists;

/// <summary>How many alerts wait for somebody, beside the page in the menu. Thread-safe.</summary>
public sealed class WaitingAlerts(AlertLists lists, LiveBus bus) : IMenuBadge
{
    public string Url => Urls.Alerts;

    public string Words => "wait for somebody";

    public int Count(Actor actor) => actor.MayAnywhere(Permission.ReadAlerts) ? lists.Of(actor, new()).Unowned : 0;

    public IDisposable Subscribe(Action changed) => new All(
        bus.Subscribe<AlertsChanged>(_ => changed()), bus.Subscribe<AcknowledgementsChanged>(_ => changed()), bus.Subscribe<SilencesChanged>(_ => changed()));

    sealed class All(params IDisposable[] subscriptions) : IDisposable
    {
        public void Dispose()
        {
            foreach (var one in subscriptions)
                one.Dispose();
        }
    }
}
