using System.Globalization;
using OpsDashboard.Alerts.Silences;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics;

namespace OpsDashboard.Alerts;

/// <summary>What open maintenance windows cover: it stays visible, as maintenance and with what is wrong meanwhile. Pure.</summary>
sealed class MaintenanceCover(IEnumerable<Silence> silences, DateTimeOffset at)
{
    /// <summary>Labels by which a window can mean a part of a system and not only some of its alerts.</summary>
    static readonly string[] Parts = ["system", "component", "job", "instance"];

    readonly Silence[] open = [.. silences.Where(silence => silence.Kind == SilenceKind.Maintenance && silence.StateAt(at) == SilenceState.Active)];

    public Silence? Of(Alert alert) => open.FirstOrDefault(window => window.Matches(alert.Labels));

    // The target's id is system/component/job/instance.
    public Silence? Of(TargetReport report)
    {
        var parts = report.TargetId.Split('/', 4);
        return Of(("system", report.SystemId), ("component", report.ComponentId), ("job", parts.ElementAtOrDefault(2) ?? ""), ("instance", parts.ElementAtOrDefault(3) ?? ""));
    }

    public HealthCause Cover(HealthCause cause, Silence? window) => window is null ? cause
        : cause with { State = new(Health.Maintenance, $"{Sentence(window)} Meanwhile: {cause.State.Reason}", cause.State.Since, window.CreatorName) };

    /// <summary>A window over the whole system, or else those over its components, whether something is wrong there or not.</summary>
    public IEnumerable<HealthCause> Windows(MonitoredSystem system) => Of(("system", system.Id)) is { } whole
        ? [Cause("", whole)]
        : system.Components.Select(component => (component.Id, Window: Of(("system", system.Id), ("component", component.Id)))).Where(component => component.Window is not null).Select(component => Cause(component.Id, component.Window!));

    Silence? Of(params (string Name, string Value)[] labels)
    {
        var known = Labels.From(labels.Where(label => label.Value.Length > 0).Select(label => new Label(label.Name, label.Value)));
        return open.FirstOrDefault(window => window.Matchers.All(matcher => Parts.Contains(matcher.Name)) && window.Matches(known));
    }

    HealthCause Cause(string componentId, Silence window) => new(componentId, new(Health.Maintenance, Sentence(window), window.NextAt(at)?.From ?? window.StartsAt, window.CreatorName), "maintenance");

    string Sentence(Silence window) =>
        string.Create(CultureInfo.InvariantCulture, $"In maintenance until {(window.NextAt(at)?.To ?? window.EndsAt).UtcDateTime:yyyy-MM-dd HH:mm} UTC: {window.Reason.TrimEnd('.')}.");
}
