using OpsDashboard.Catalogue;

namespace OpsDashboard.Metrics.Collectors.Self;

/// <summary>Where the program's figures about itself come together.</summary>
public sealed class SelfReport(IServiceProvider services)
{
    // Looked up when first asked: some of the sources depend on the host of the collectors, which depends on the kinds.
    readonly Lazy<IReadOnlyList<ISelfFigures>> sources = new(() => [.. services.GetServices<ISelfFigures>()]);

    public SelfFigures Read()
    {
        var figures = new SelfFigures();
        foreach (var source in sources.Value)
            source.Report(figures);
        return figures;
    }
}

/// <summary>This program itself: what <c>/metrics</c> tells, kept in its own store.</summary>
public sealed class SelfKind(SelfReport report) : ICollectorKind
{
    public const string Name = "self", System = "ops-dashboard";

    public string Kind => Name;

    public bool NeedsAddress => false;

    public object ReadOptions(YamlMap target) => NoOptions.Value;

    public ICollector Create(Target target) => new SelfCollector(report);

    /// <summary>The target that is collected where the catalogue names none: the monitoring watches itself.</summary>
    public static Target BuiltIn(string environment) => new()
    {
        SystemId = System,
        ComponentId = "program",
        Environment = environment.Length > 0 ? environment : "production",
        Job = Name,
        Kind = Name,
        Address = "",
        Instance = Environment.MachineName,
        Interval = TimeSpan.FromSeconds(1),
        Timeout = TimeSpan.FromSeconds(1),
        Options = NoOptions.Value,
        File = "(built in)",
        Line = 0,
    };

    sealed record NoOptions
    {
        public static readonly NoOptions Value = new();
    }

    sealed class SelfCollector(SelfReport report) : ICollector
    {
        public ValueTask<CollectOutcome> CollectAsync(CollectContext context, CancellationToken stop)
        {
            var figures = report.Read().All;
            foreach (var figure in figures)
            {
                context.Describe(figure.Metric, figure.Kind, figure.Help);
                context.Add(figure.Metric, figure.Value, figure.Labels);
            }
            return ValueTask.FromResult(CollectOutcome.Ok(figures.Count));
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
