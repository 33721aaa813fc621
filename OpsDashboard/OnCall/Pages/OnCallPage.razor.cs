using System.Globalization;
using Microsoft.AspNetCore.Components;
using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Live;
using OpsDashboard.OnCall.Paging;
using OpsDashboard.OnCall.Roster;
using OpsDashboard.Ui;

namespace OpsDashboard.OnCall.Pages;

/// <summary>Who is on call: for each system now or at another time, the schedules as weeks, the policies, the own contact methods.</summary>
public sealed partial class OnCallPage : LivePage
{
    [SupplyParameterFromQuery(Name = "at")] public string? AtText { get; set; }
    [SupplyParameterFromQuery(Name = "week")] public int? WeekOffset { get; set; }
    [SupplyParameterFromQuery(Name = "said")] public string? Say { get; set; }
    [SupplyParameterFromQuery(Name = "problem")] public string? Problem { get; set; }
    [Inject] public required OnCallBook Book { get; set; }
    [Inject] public required OwnPerson Own { get; set; }
    [Inject] public required Pager Pager { get; set; }
    [Inject] public required ICatalogue Catalogue { get; set; }
    [Inject] public required ICurrentActor Current { get; set; }

    /// <summary>Years ahead, the rotations say nothing any more.</summary>
    const int MostWeeks = 520;

    readonly Guid id = Guid.NewGuid();
    Actor? actor;
    Person? self;
    DateTimeOffset now, when, weekFrom;
    DateTimeOffset? asked;
    bool mayTake, mayPlan;
    long revision;
    IReadOnlyList<(MonitoredSystem System, SystemOnCall? OnCall)> systems = [];
    IReadOnlyList<PagingReport> open = [];

    string Key => $"{id:N}-{revision}";

    string Week(int by) => Urls.With(Urls.OnCall, ("week", $"{Math.Clamp(WeekOffset ?? 0, -MostWeeks, MostWeeks) + by}"));

    protected override void Follow()
    {
        On<OnCallChanged>();
        On<PagingChanged>();
        On(Catalogue.Subscribe(_ => Wake()));
    }

    protected override async Task RefreshAsync(CancellationToken stop)
    {
        actor = await Current.GetAsync();
        self = await Own.OfAsync(actor, stop);
        now = Clock.GetUtcNow();
        asked = DateTimeOffset.TryParseExact(AtText, ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) && at.Year is > 2000 and < 2200 ? at : null;
        when = asked ?? now;
        weekFrom = when.AddDays(7 * Math.Clamp(WeekOffset ?? 0, -MostWeeks, MostWeeks));
        (mayTake, mayPlan) = (actor.MayAnywhere(Permission.TakeShifts), actor.MayAnywhere(Permission.PlanShifts));
        systems = [.. Catalogue.Current.Systems.Where(system => actor.May(Permission.ReadOnCall, system.Id)).Select(system => (system, Book.WhoIsOnCall(system.Id, when)))];
        open = await Pager.OpenAsync(actor, stop);
        revision++;
    }
}
