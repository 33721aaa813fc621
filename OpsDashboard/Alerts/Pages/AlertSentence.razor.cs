using Microsoft.AspNetCore.Components;
using OpsDashboard.Access;
using OpsDashboard.Alerts.Handling;
using OpsDashboard.Alerts.Story;
using OpsDashboard.Live;
using OpsDashboard.Metrics.Charts;

namespace OpsDashboard.Alerts.Pages;

public sealed partial class AlertSentence : LivePage
{
    static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    [Parameter, EditorRequired] public required HandledAlert One { get; set; }

    /// <summary>As it is now; null where it is gone.</summary>
    [Parameter] public AlertRule? Rule { get; set; }
    [Parameter, EditorRequired] public required IReadOnlyList<ChangeBefore> Changes { get; set; }
    [Inject] public required Readings Readings { get; set; }
    [Inject] public required AlertQuery Query { get; set; }
    [Inject] public required ICurrentActor Current { get; set; }

    Reading? reading;
    Alert? newest;
    ChangeBefore? last;
    double? before;

    // The texts of an open alert follow its value; nobody is woken for that.
    Alert Alert => newest is { } known && known.Id == One.Alert.Id && known.State == One.Alert.State ? known : One.Alert;

    /// <summary>A condition that is one value or is not (up or down) has no way to go, and its figure says less than its sentence.</summary>
    bool IsState => reading!.Measure.Form is { Operator: "==" or "!=" };

    string Arrow => reading!.Trend.Way switch
    {
        TrendWay.Rising => $"↗ {Text(reading.Trend.PerMinute)}/min",
        TrendWay.Falling => $"↘ {Text(-reading.Trend.PerMinute)}/min",
        _ => "→ steady",
    };

    protected override void Follow() => On(Clock.CreateTimer(_ => Wake(), null, Every, Every));

    protected override async Task RefreshAsync(CancellationToken stop)
    {
        var actor = await Current.GetAsync();
        newest = One.Alert.IsOpen ? await Query.FindAsync(actor, One.Alert.Id, stop) : One.Alert;
        reading = await Readings.ReadAsync(actor, newest, Rule, stop);
        var change = Changes.LastOrDefault(change => change.IsOwn);
        if (change == last)
            return;
        last = change;
        before = change is null ? null : await Readings.AtAsync(actor, newest, change.At, stop);
    }

    string Text(double? value) => UnitFormat.Text(value, reading!.Measure.Unit);
}
