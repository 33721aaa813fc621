using OpsDashboard.Alerts;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.Collectors;
using OpsDashboard.Shell.Faults;
using OpsDashboard.Ui;

namespace OpsDashboard.Shell;

/// <summary>What the monitoring says about itself: whether its targets are fresh, its rules are evaluated in time, and its catalogue is whole.</summary>
sealed class MonitoringPulse(ICollectorStates collectors, IAlerts alerts, ICatalogue catalogue, ISampleStoreHealth samples, SimulatedSystems simulated) : IPulse
{
    public IReadOnlyList<PulseSign> Signs
    {
        get
        {
            var signs = new List<PulseSign> { Targets(), Rules() };
            if (samples.Status.LastError is { } error)
                signs.Add(new($"samples wait for the database: {error}", Ok: false, Urls.Settings));
            if (samples.Status.ClockBehind is { Ticks: > 0 } behind)
                signs.Add(new($"the clock was set back by {Durations.Short(behind)}", Ok: false, Urls.Settings));
            var problems = catalogue.Current.Problems.Count(problem => !problem.IsWarning);
            if (problems > 0)
                signs.Add(new(problems == 1 ? "1 mistake in the catalogue" : $"{problems} mistakes in the catalogue", Ok: false, Urls.Catalogue));
            return signs;
        }
    }

    public int Simulated => catalogue.Current.Systems.Count(simulated.Contains);

    // A failing target is the system's trouble and stands in its row; the line turns red only when the collecting itself does not work.
    PulseSign Targets()
    {
        var states = collectors.Current;
        var fresh = states.Count(state => state.Health == CollectorHealth.Ok);
        return new($"{fresh}/{states.Count} targets fresh", Ok: true, Urls.Collectors);
    }

    PulseSign Rules()
    {
        var rules = alerts.Rules.Where(rule => rule.Rule is not AlertRule { Extras.Off: not null }).ToArray();
        var failing = rules.Count(rule => rule.Health == RuleHealth.Failing);
        return failing == 0 ? new($"{rules.Length} rules evaluated", Ok: true) : new($"{failing} of {rules.Length} rules fail", Ok: false);
    }
}
