using OpsDashboard.Catalogue;

namespace OpsDashboard.Metrics.Collectors;

/// <summary>The labels that every sample of a target carries, and what happens to a collected label of the same name.</summary>
public sealed class TargetLabels
{
    public const string System = "system", Component = "component", Environment = "environment", Job = "job", Instance = "instance";

    /// <summary>Prefix of a collected label that clashes with a target's, as Prometheus names it.</summary>
    public const string Exported = "exported_";

    readonly Label[] own;

    public TargetLabels(Target target)
    {
        var labels = new Dictionary<string, string>(target.Labels)
        {
            [System] = target.SystemId,
            [Component] = target.ComponentId,
            [Environment] = target.Environment,
            [Job] = target.Job,
            [Instance] = target.Instance,
        };
        own = [.. labels.Where(label => label.Value.Length > 0).Select(label => new Label(label.Key, label.Value))];
    }

    public IReadOnlyList<Label> Own => own;

    /// <summary>The identity of a collected series: the target's labels win, what clashes is kept as <c>exported_*</c>.</summary>
    public Labels Identify(string metric, ReadOnlySpan<(string Name, string Value)> collected)
    {
        var labels = new List<Label>(collected.Length + 1) { new(Labels.NameLabel, metric) };
        foreach (var (name, value) in collected)
            labels.Add(new(name, value));
        return Identify(labels, honorLabels: false);
    }

    /// <summary>
    /// The identity of a scraped series. With <paramref name="honorLabels"/> the scraped label wins, but never for <c>system</c>:
    /// who may read a series is decided by it.
    /// </summary>
    public Labels Identify(List<Label> scraped, bool honorLabels)
    {
        var labels = new List<Label>(own.Length + scraped.Count);
        foreach (var label in own)
        {
            if (!(honorLabels && label.Name != System && Has(scraped, label.Name)))
                labels.Add(label);
        }
        var kept = labels.Count;
        foreach (var (name, value) in scraped)
            labels.Add(new(Clashes(name) ? Rename(name) : name, value));
        return Labels.From(labels);

        bool Clashes(string name) => Has(labels[..kept], name);

        // As Prometheus: the prefix is repeated until the name is free among the target's labels and the scraped ones.
        string Rename(string name)
        {
            do
                name = Exported + name;
            while (Has(labels, name) || Has(scraped, name));
            return name;
        }
    }

    static bool Has(List<Label> labels, string name)
    {
        foreach (var label in labels)
        {
            if (label.Name == name)
                return true;
        }
        return false;
    }
}
