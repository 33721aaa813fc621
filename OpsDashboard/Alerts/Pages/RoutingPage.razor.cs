using Microsoft.AspNetCore.Components;
using OpsDashboard.Access;
using OpsDashboard.Alerts.Notifications;
using OpsDashboard.Alerts.Notifications.Outbox;
using OpsDashboard.Alerts.Routing;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Live;
using OpsDashboard.Metrics;
using OpsDashboard.Ui;

namespace OpsDashboard.Alerts.Pages;

/// <summary>Who is told of what, a tester for it, and what became of every notification.</summary>
public sealed partial class RoutingPage : LivePage
{
    const int Shown = 100;

    [Inject] public required NotificationLog Log { get; set; }
    [Inject] public required ICatalogue Catalogue { get; set; }
    [Inject] public required ICurrentActor Current { get; set; }
    [Inject] public required Browser Browser { get; set; }

    Actor? actor;
    IReadOnlyList<Receiver> receivers = [];
    IReadOnlyList<LoggedNotification> log = [];
    IReadOnlyList<RoutingStep> steps = [];
    string labels = "alertname=HighErrorRate system=dnd-companion severity=critical";
    string? problem;
    bool maySend, isBusy;

    string Sentence => log.SelectMany(one => one.Deliveries).Count(one => one.Delivery.State is DeliveryState.Waiting or DeliveryState.Sending) is > 0 and var waiting
        ? $"{waiting} on the way."
        : "Alertmanager's routing, from alertmanager.yml in the catalogue's folder.";

    protected override void Follow()
    {
        On<NotificationsChanged>();
        On(Catalogue.Subscribe(_ => Wake()));
    }

    protected override async Task RefreshAsync(CancellationToken stop)
    {
        actor ??= await Current.GetAsync();
        maySend = actor.May(Permission.SendNotifications);
        receivers = [.. RoutingTable.Of(Catalogue.Current).Receivers.Values];
        log = await Log.ListAsync(actor, null, Shown, stop);
    }

    void Test()
    {
        (problem, steps) = (null, []);
        var pairs = labels.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)).ToArray();
        if (pairs.Length == 0 || pairs.Any(pair => pair.Length < 2 || !YamlMap.IsLabelName(pair[0])) || pairs.Select(pair => pair[0]).Distinct().Count() < pairs.Length)
            problem = "Write for example alertname=Slow severity=warning, each name once.";
        else
            steps = RoutingTable.Of(Catalogue.Current).Test(Labels.From(pairs.Select(pair => new Label(pair[0], pair[1].Trim('"')))), Clock.GetUtcNow());
    }

    Task SendTestAsync(Receiver receiver) => ActAsync(() => Log.TestAsync(actor!, receiver.Name, null, Gone), $"A test is on its way to {receiver.Name}");

    Task SendAgainAsync(Delivery delivery) => ActAsync(() => Log.SendAgainAsync(actor!, delivery.NotificationId, delivery.Method, Gone), "It is on its way again");

    async Task ActAsync(Func<Task> act, string done)
    {
        isBusy = true;
        try
        {
            await act();
            await Browser.ToastAsync(done);
            await RefreshAsync(Gone);
        }
        catch (Exception refused) when (refused is AccessDeniedException or NotFoundException)
        {
            await Browser.ToastAsync(refused.Message, critical: true);
        }
        isBusy = false;
    }

    static Tone ToneOf(DeliveryState state) => state switch { DeliveryState.Delivered => Tone.Ok, DeliveryState.Failed => Tone.Critical, _ => Tone.Warning };
}
