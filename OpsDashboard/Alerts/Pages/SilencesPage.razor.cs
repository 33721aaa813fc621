using Microsoft.AspNetCore.Components;
using OpsDashboard.Access;
using OpsDashboard.Alerts.Notifications;
using OpsDashboard.Alerts.Silences;
using OpsDashboard.Audit;
using OpsDashboard.Live;
using OpsDashboard.Ui;

namespace OpsDashboard.Alerts.Pages;

/// <summary>What is silenced, by whom, why and until when; and a form for the next one.</summary>
public sealed partial class SilencesPage : LivePage
{
    [Inject] public required SilenceBook Silences { get; set; }
    [Inject] public required AlertQuery Alerts { get; set; }
    [Inject] public required NotificationOptions Options { get; set; }
    [Inject] public required ICurrentActor Access { get; set; }
    [Inject] public required Browser Browser { get; set; }

    /// <summary>Begins the form with matchers, one a line, e.g. from an alert's page.</summary>
    [SupplyParameterFromQuery] public string? Matcher { get; set; }

    Actor? actor;
    DateTimeOffset now;
    IReadOnlyList<Silence> silences = [];
    IReadOnlyList<Alert> open = [];
    Dictionary<Guid, int> matched = [];
    string? refused;
    bool mayWrite, isBusy;

    IReadOnlyList<Silence> Current => [.. silences.Where(silence => silence.StateAt(now) != SilenceState.Expired)];

    IReadOnlyList<Silence> Expired => [.. silences.Where(silence => silence.StateAt(now) == SilenceState.Expired)];

    string Sentence => silences.Count(silence => silence.StateAt(now) == SilenceState.Active) switch
    {
        0 => "Nothing is silenced now.",
        1 => "One silence holds now. What it hides stays visible in the lists.",
        var count => $"{count} silences hold now. What they hide stays visible in the lists.",
    };

    protected override void Follow()
    {
        On<SilencesChanged>();
        On<AlertsChanged>();
    }

    protected override async Task RefreshAsync(CancellationToken stop)
    {
        actor = await Access.GetAsync();
        mayWrite = actor.MayAnywhere(Permission.SilenceAlerts);
        now = Clock.GetUtcNow();
        silences = [.. Silences.Current(actor).OrderBy(silence => silence.StateAt(now) switch { SilenceState.Active => 0, SilenceState.Pending => 1, _ => 2 }).ThenBy(silence => silence.EndsAt)];
        open = [.. Alerts.Current(actor).Where(alert => alert.IsOpen)];
        matched = Current.ToDictionary(silence => silence.Id, silence => open.Count(alert => silence.Matches(Options.Leaving(alert).Labels)));
    }

    async Task ExpireAsync(Silence silence)
    {
        (isBusy, refused) = (true, null);
        try
        {
            await Silences.ExpireAsync(actor!, silence.Id, Gone);
            await Browser.ToastAsync("Expired; alerts are told again");
            await RefreshAsync(Gone);
        }
        catch (Exception denied) when (denied is AccessDeniedException or NotFoundException)
        {
            refused = denied.Message;
        }
        isBusy = false;
    }
}
