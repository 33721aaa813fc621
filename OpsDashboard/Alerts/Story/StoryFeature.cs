using OpsDashboard.Alerts.Lists;
using OpsDashboard.Alerts.Notes;
using OpsDashboard.Ui;

namespace OpsDashboard.Alerts.Story;

/// <summary>What the page of an alert tells beside the alert itself, and what charts tell of alerts.</summary>
static class StoryFeature
{
    public static IServiceCollection AddAlertStory(this IServiceCollection services) => services
        .AddSingleton<AlertNotes>()
        .AddSingleton<AlertFactsReader>()
        .AddSingleton<AlertEvents>()
        .AddSingleton<Episodes>()
        .AddSingleton<Readings>()
        .AddSingleton<UsualRanges>()
        .AddSingleton<MovedWith>()
        .AddSingleton<AlertLists>()
        .AddSingleton<IMenuBadge, WaitingAlerts>();
}
