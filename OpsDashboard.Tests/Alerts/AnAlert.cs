using OpsDashboard.Alerts;
using OpsDashboard.Metrics;
using OpsDashboard.Tests.Testing;

namespace OpsDashboard.Tests.Alerts;

/// <summary>A firing alert to begin with.</summary>
public static class AnAlert
{
    public static Alert Of(string name, string? system = "shop", string? component = null, string severity = "critical", params (string Name, string Value)[] labels)
    {
        var identity = Labels.From(new[] { ("alertname", name), ("system", system ?? ""), ("component", component ?? ""), ("severity", severity) }
            .Concat(labels).Select(pair => new Label(pair.Item1, pair.Item2)));
        var fired = FakeTimeProvider.DefaultStart;
        return new()
        {
            Id = Guid.CreateVersion7(fired),
            RuleId = $"{system}/g/{name}",
            Name = name,
            Labels = identity,
            Fingerprint = identity.Fingerprint,
            Annotations = new Dictionary<string, string> { ["summary"] = $"{name} is wrong" },
            State = AlertState.Firing,
            Value = 1,
            ValueAtTrigger = 1,
            ActiveAt = fired,
            FiredAt = fired,
        };
    }
}
