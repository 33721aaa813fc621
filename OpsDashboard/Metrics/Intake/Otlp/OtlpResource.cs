using OpsDashboard.Metrics.Collectors;
using OpsDashboard.Metrics.Intake.RemoteWrite;

namespace OpsDashboard.Metrics.Intake.Otlp;

/// <summary>
/// Who sends: <c>service.namespace/service.name</c> becomes job, <c>service.instance.id</c> instance; of our own labels
/// <c>system</c> (or the one that the address names), <c>component</c> and <c>deployment.environment[.name]</c>.
/// </summary>
sealed class OtlpResource
{
    // What stands in labels of every series already.
    static readonly HashSet<string> Identifying = ["service.name", "service.namespace", "service.instance.id", TargetLabels.System, TargetLabels.Component];

    static readonly (string Label, string[] Names)[] Ours =
    [
        (TargetLabels.System, ["system"]), (TargetLabels.Component, ["component"]), (TargetLabels.Environment, ["deployment.environment.name", "deployment.environment"]),
    ];

    OtlpResource(List<OtlpAttribute> attributes, string? system)
    {
        Attributes = attributes;
        var (space, name) = (Value("service.namespace"), Value("service.name"));
        Job = space.Length > 0 && name.Length > 0 ? $"{space}/{name}" : name;
        Instance = Value("service.instance.id");
        Labels = [.. Ours.Select(own => new Label(own.Label, own.Names.Select(Value).FirstOrDefault(value => value.Length > 0) ?? "")).Where(label => label.Value.Length > 0)];
        if (!string.IsNullOrEmpty(system) && Labels.All(label => label.Name != TargetLabels.System))
            Labels = [new(TargetLabels.System, system), .. Labels];
    }

    public IReadOnlyList<OtlpAttribute> Attributes { get; }

    public string Job { get; }

    public string Instance { get; }

    /// <summary>Those of our labels that the resource has.</summary>
    public IReadOnlyList<Label> Labels { get; }

    public string? System => Labels.FirstOrDefault(label => label.Name == TargetLabels.System).Value;

    /// <summary>What tells of the resource beyond its identity.</summary>
    public IEnumerable<OtlpAttribute> Descriptive => Attributes.Where(attribute => !Identifying.Contains(attribute.Name));

    /// <summary>The resource of a ResourceMetrics or ResourceLogs: field 1, wherever it stands.</summary>
    public static OtlpResource Of(ReadOnlySpan<byte> holder, string? system)
    {
        var attributes = new List<OtlpAttribute>();
        var reader = new WireReader(holder);
        while (reader.Next())
        {
            if (reader.Field == 1)
                Read(reader.Bytes(), attributes);
            else
                reader.Skip();
        }
        return new(attributes, system);
    }

    static void Read(ReadOnlySpan<byte> resource, List<OtlpAttribute> attributes)
    {
        var reader = new WireReader(resource);
        while (reader.Next())
        {
            if (reader.Field == 1)
                attributes.Add(OtlpAttributes.Read(reader.Bytes()));
            else
                reader.Skip();
        }
    }

    public string Value(string name) => Attributes.FirstOrDefault(attribute => attribute.Name == name).Value ?? "";
}
