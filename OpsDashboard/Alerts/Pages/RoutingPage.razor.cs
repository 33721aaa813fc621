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
    const int Shown = 100, Offered = 50;

    static readonly (string? Value, string Text)[] States = [(null, "All"), ("waiting", "Waiting"), ("failed", "Failed"), ("delivered", "Delivered")];

    [Inject] public required NotificationLog Log { get; set; }
    [Inject] public required AlertQuery Alerts { get; set; }
    [Inject] public required ICatalogue Catalogue { get; set; }
    [Inject] public required ICurrentActor Current { get; set; }
    [Inject] public required NavigationManager Navigation { get; set; }
    [Inject] public required Browser Browser { get; set; }

    /// <summary>Of the alert that is tested: name=value, with spaces between them.</summary>
    [SupplyParameterFromQuery] public string? Labels { get; set; }
    /// <summary>waiting, failed or delivered; null lists all.</summary>
    [SupplyParameterFromQuery] public string? State { get; set; }

    Actor? actor;
    RoutingTable table = RoutingTable.Default;
    IReadOnlyList<LoggedNotification> log = [];
    Dictionary<string, LoggedNotification> tests = [];
    IReadOnlyList<Alert> open = [];
    IReadOnlyList<RoutingStep> steps = [];
    string typed = "alertname=HighErrorRate system=dnd-companion severity=critical";
    string? problem, tested, listed;
    bool maySend, isBusy, isNobody;

    string Sentence => log.SelectMany(one => one.Deliveries).Count(one => one.Delivery.State is DeliveryState.Waiting or DeliveryState.Sending) is > 0 and var waiting
        ? $"{waiting} on the way."
        : "Who is told of what, and what became of it. Routing is Alertmanager's, from alertmanager.yml in the catalogue's folder.";

    protected override void Follow()
    {
        On<NotificationsChanged>();
        On<AlertsChanged>();
        On(Catalogue.Subscribe(_ => Wake()));
    }

    protected override async Task RefreshAsync(CancellationToken stop)
    {
        actor = await Current.GetAsync();
        maySend = actor.May(Permission.SendNotifications);
        table = RoutingTable.Of(Catalogue.Current);
        open = [.. Alerts.Current(actor).Where(alert => alert.IsOpen)];
        var all = await Log.ListAsync(actor, null, Shown, stop);
        tests = all.Where(one => one.Notification.Reason == NotificationReason.Test).GroupBy(one => one.Notification.Receiver).ToDictionary(group => group.Key, group => group.First());
        log = Enum.TryParse<DeliveryState>(State, ignoreCase: true, out var wanted) ? await Log.ListAsync(actor, null, Shown, stop, state: wanted) : all;
        Show();
    }

    protected override async Task OnParametersSetAsync()
    {
        if (tested != Labels && Labels is not null)
            typed = Labels;
        tested = Labels;
        Show();
        if (actor is not null && listed != State)
            await RefreshAsync(Gone);
        listed = State;
    }

    void Choose(string? id)
    {
        if (open.FirstOrDefault(alert => alert.Id.ToString() == id) is not { } alert)
            return;
        typed = string.Join(' ', alert.Labels.Where(label => !label.Value.Contains(' ', StringComparison.Ordinal)).Select(label => $"{label.Name}={label.Value}"));
        Test();
    }

    // What is tested stands in the address: a link shows a colleague the same.
    void Test()
    {
        if (Read(typed) is null)
            (problem, steps, isNobody) = ("Write for example alertname=Slow severity=warning, each name once.", [], false);
        else
            Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("labels", typed.Trim()), replace: true);
    }

    void Show()
    {
        (problem, steps, isNobody) = (null, [], false);
        if (string.IsNullOrWhiteSpace(Labels))
            return;
        if (Read(Labels) is not { } labels)
            problem = "Write for example alertname=Slow severity=warning, each name once.";
        else
            isNobody = (steps = table.Test(labels, Clock.GetUtcNow())).Count == 0;
    }

    static OpsDashboard.Metrics.Labels? Read(string text)
    {
        var pairs = text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)).ToArray();
        return pairs.Length == 0 || pairs.Any(pair => pair.Length < 2 || !YamlMap.IsLabelName(pair[0])) || pairs.Select(pair => pair[0]).Distinct().Count() < pairs.Length
            ? null
            : OpsDashboard.Metrics.Labels.From(pairs.Select(pair => new Label(pair[0], pair[1].Trim('"'))));
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
}
