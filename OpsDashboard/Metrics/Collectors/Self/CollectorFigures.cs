namespace OpsDashboard.Metrics.Collectors.Self;

/// <summary>How the collecting itself goes.</summary>
sealed class CollectorFigures(ICollectorStates states) : ISelfFigures
{
    public void Report(SelfFigures figures)
    {
        var current = states.Current;
        foreach (var health in Enum.GetValues<CollectorHealth>())
            figures.Gauge("collectors", "Targets by how their collecting goes.", current.Count(state => state.Health == health), ("health", health.ToString().ToLowerInvariant()));
        figures.Gauge("collectors_paused", "Targets that somebody paused.", current.Count(state => state.Pause is not null));
        figures.Gauge("collectors_silent_series", "Series that targets reported before and no longer do.", current.Sum(state => (double)state.SilentCount));
        figures.Counter("collectors_missed_ticks_total", "Ticks at which a target was not collected.", current.Sum(state => (double)state.MissedTicks));
    }
}
