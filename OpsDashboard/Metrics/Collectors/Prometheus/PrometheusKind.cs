using OpsDashboard.Catalogue;
using OpsDashboard.Metrics.Collectors.Http;
using OpsDashboard.Metrics.Collectors.Relabelling;

namespace OpsDashboard.Metrics.Collectors.Prometheus;

/// <summary>Scrapes Prometheus text or OpenMetrics over HTTP: the kind of a target that names none.</summary>
public sealed class PrometheusKind(CollectorHttp http) : ICollectorKind, IRelabelsTargets
{
    const string Address = "__address__", Scheme = "__scheme__", MetricsPath = "__metrics_path__", Parameter = "__param_";

    public string Kind => "prometheus";

    public object ReadOptions(YamlMap target) => ScrapeOptions.Read(target);

    public string? RejectAddress(string address) => ScrapeAddress.TryCreate(address, new()) is null ? "it is neither host:port nor an http address." : null;

    public ICollector Create(Target target)
    {
        var options = (ScrapeOptions)target.Options;
        var address = ScrapeAddress.TryCreate(target.Address, options) ?? throw new ArgumentException($"{target.Place} is no address to scrape.");
        return new PrometheusCollector(address, options, http, new ScrapeReader(target, options), target.Timeout);
    }

    /// <summary>Does what <c>relabel_configs</c> say, with the labels that Prometheus gives a static target.</summary>
    public Target? Relabel(Target target)
    {
        if (target.Options is not ScrapeOptions { Relabelling.Count: > 0 } options)
            return target;
        var labels = Before(target, options);
        if (!RelabelRules.Apply(options.Relabelling, labels))
            return null;
        var found = labels.ToDictionary(label => label.Name, label => label.Value);
        var address = found.GetValueOrDefault(Address, "");
        return target with
        {
            Address = address,
            Job = found.GetValueOrDefault(TargetLabels.Job, target.Job),
            Instance = found.GetValueOrDefault(TargetLabels.Instance, address == target.Address ? target.Instance : ScrapeAddress.Server(address)),
            Labels = found.Where(label => !label.Key.StartsWith("__", StringComparison.Ordinal) && !IsOurs(label.Key)).ToDictionary(),
            Options = options with
            {
                Scheme = found.GetValueOrDefault(Scheme, options.Scheme),
                MetricsPath = found.GetValueOrDefault(MetricsPath, options.MetricsPath),
                Parameters = found.Where(label => label.Key.StartsWith(Parameter, StringComparison.Ordinal)).ToDictionary(label => label.Key[Parameter.Length..], label => label.Value),
            },
        };
    }

    static List<Label> Before(Target target, ScrapeOptions options)
    {
        List<Label> labels =
        [
            new(Address, target.Address),
            new(Scheme, options.Scheme),
            new(MetricsPath, options.MetricsPath),
            new("__scrape_interval__", PrometheusDuration.Format(target.Interval)),
            new("__scrape_timeout__", PrometheusDuration.Format(target.Timeout)),
            new(TargetLabels.Job, target.Job),
            new(TargetLabels.System, target.SystemId),
            new(TargetLabels.Component, target.ComponentId),
            new(TargetLabels.Environment, target.Environment),
            .. target.Labels.Select(label => new Label(label.Key, label.Value)),
            .. options.Parameters.Select(parameter => new Label(Parameter + parameter.Key, parameter.Value)),
        ];
        // Prometheus sets the instance after relabelling, unless it was given.
        if (target.Instance != ScrapeAddress.Server(target.Address))
            labels.Add(new(TargetLabels.Instance, target.Instance));
        return labels;
    }

    static bool IsOurs(string label) => label is TargetLabels.System or TargetLabels.Component or TargetLabels.Environment or TargetLabels.Job or TargetLabels.Instance;
}
