using Microsoft.AspNetCore.Components;
using OpsDashboard.Access;
using OpsDashboard.Alerts.Handling;
using OpsDashboard.Alerts.Notes;
using OpsDashboard.Alerts.Notifications;
using OpsDashboard.Alerts.Silences;
using OpsDashboard.Alerts.Story;
using OpsDashboard.Audit;
using OpsDashboard.Live;

namespace OpsDashboard.Alerts.Pages;

/// <summary>One alert, as who was woken by it needs it: words first, then what to do, then everything that helps to understand it.</summary>
public sealed partial class AlertPage : LivePage
{
    /// <summary>How long before the alert changes are looked for.</summary>
    static readonly TimeSpan Before = TimeSpan.FromMinutes(60);

    [Parameter] public required Guid Id { get; set; }
    [SupplyParameterFromQuery(Name = "said")] public string? Say { get; set; }
    [SupplyParameterFromQuery(Name = "problem")] public string? Problem { get; set; }
    [SupplyParameterFromQuery(Name = "range")] public string? Range { get; set; }
    [SupplyParameterFromQuery(Name = "from")] public string? From { get; set; }
    [Inject] public required HandledAlerts Alerts { get; set; }
    [Inject] public required AlertFactsReader Facts { get; set; }
    [Inject] public required IEnumerable<IWhatChanged> WhatChanged { get; set; }
    [Inject] public required IEnumerable<IAlertActions> Actions { get; set; }
    [Inject] public required IEnumerable<IAlertPaging> Pagings { get; set; }
    [Inject] public required IEnumerable<IAlertButtons> ButtonSources { get; set; }
    [Inject] public required ICurrentActor Current { get; set; }

    readonly Guid id = Guid.NewGuid();
    Actor? actor;
    HandledAlert? one;
    AlertFacts? facts;
    AlertPaging? paging;
    IReadOnlyList<ChangeBefore> changes = [];
    IReadOnlyList<AlertButton> buttons = [];
    bool mayHandle, maySilence;
    long revision;

    // A form that is sent twice, because the network was slow, counts once; the form of a later state is another one.
    string Key => $"{id:N}-{revision}";

    string Title => one is null ? "Alert · OpsDashboard" : $"{one.Alert.Name}, {AlertWords.StateOf(one.Alert).ToLowerInvariant()} · OpsDashboard";

    protected override void Follow()
    {
        On<AlertsChanged>();
        On<AcknowledgementsChanged>();
        On<SilencesChanged>();
        On<AlertNotesChanged>();
        On<NotificationsChanged>();
        foreach (var source in Actions)
            On(source.Subscribe(Wake));
        foreach (var source in Pagings)
            On(source.Subscribe(Wake));
        foreach (var source in ButtonSources)
            On(source.Subscribe(Wake));
    }

    // Another alert in the address is the same page with other parameters.
    protected override Task OnParametersSetAsync() => one is null || one.Alert.Id == Id ? Task.CompletedTask : RefreshAsync(Gone);

    protected override async Task RefreshAsync(CancellationToken stop)
    {
        actor = await Current.GetAsync();
        try
        {
            one = await Alerts.FindAsync(actor, Id, stop);
        }
        catch (NotFoundException)
        {
            one = null;
            return;
        }
        facts = await Facts.ReadAsync(actor, one.Alert, stop);
        mayHandle = actor.May(Permission.AcknowledgeAlerts, one.Alert.SystemId);
        maySilence = actor.May(Permission.SilenceAlerts, one.Alert.SystemId);
        paging = null;
        foreach (var source in Pagings)
            paging ??= await source.OfAsync(actor, one.Alert, stop);
        changes = await ChangesAsync(one.Alert, stop);
        buttons = await ButtonsAsync(one.Alert, stop);
        revision++;
    }

    async Task<IReadOnlyList<AlertButton>> ButtonsAsync(Alert alert, CancellationToken stop)
    {
        var found = new List<AlertButton>();
        foreach (var source in ButtonSources)
            found.AddRange(await source.OfAsync(actor!, alert, stop));
        return found;
    }

    async Task<IReadOnlyList<ChangeBefore>> ChangesAsync(Alert alert, CancellationToken stop)
    {
        var found = new List<ChangeBefore>();
        foreach (var source in WhatChanged)
            found.AddRange(await source.ReadAsync(actor!, alert.SystemId, alert.ActiveAt - Before, alert.ActiveAt, stop));
        return [.. found.OrderBy(change => change.At)];
    }
}
