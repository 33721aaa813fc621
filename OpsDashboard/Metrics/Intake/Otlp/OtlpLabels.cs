using OpsDashboard.Metrics.Collectors;

namespace OpsDashboard.Metrics.Intake.Otlp;

/// <summary>The labels of a resource's series.</summary>
sealed class OtlpLabels(OtlpResource resource)
{
    readonly List<Label> labels = [];

    /// <summary>The identity of a series, or null where its labels name none. Values of attributes whose names become the same are joined with a semicolon.</summary>
    public Labels? Identity(string metric, IEnumerable<OtlpAttribute> attributes, string extraName = "", string extraValue = "")
    {
        labels.Clear();
        foreach (var (attribute, value) in attributes.OrderBy(attribute => attribute.Name, StringComparer.Ordinal))
            Join(OtlpNames.Label(attribute), value);
        // Who may read a series is decided by our labels: a point's attribute does not replace them.
        foreach (var own in resource.Labels)
        {
            Rename(own.Name);
            labels.Add(own);
        }
        Set(TargetLabels.Job, resource.Job);
        Set(TargetLabels.Instance, resource.Instance);
        if (extraName.Length > 0)
            Set(extraName, extraValue);
        labels.Add(new(Labels.NameLabel, metric));
        return RemoteWrite.WriteRequest.Identity(labels);
    }

    void Join(string name, string value)
    {
        if (name.Length == 0 || name == Labels.NameLabel)
            return;
        var known = labels.FindIndex(label => label.Name == name);
        if (known < 0)
            labels.Add(new(name, value));
        else
            labels[known] = new(name, $"{labels[known].Value};{value}");
    }

    void Rename(string name)
    {
        var clash = labels.FindIndex(label => label.Name == name);
        if (clash < 0)
            return;
        var free = name;
        do
            free = TargetLabels.Exported + free;
        while (labels.Exists(label => label.Name == free));
        labels[clash] = new(free, labels[clash].Value);
    }

    void Set(string name, string value)
    {
        if (value.Length == 0)
            return;
        labels.RemoveAll(label => label.Name == name);
        labels.Add(new(name, value));
    }
}
