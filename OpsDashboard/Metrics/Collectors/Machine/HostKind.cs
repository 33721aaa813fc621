using OpsDashboard.Catalogue;
using OpsDashboard.Metrics.Collectors.Self;

namespace OpsDashboard.Metrics.Collectors.Machine;

/// <param name="Proc">Where the kernel's files lie: another place inside a container that sees its host's.</param>
/// <param name="Processes">How many processes the table names.</param>
public sealed record HostOptions(string Proc, int Processes);

/// <summary>The machine on which this program runs, under the names of the Prometheus node exporter.</summary>
public sealed class HostKind(Func<ISampleQuery> query) : ICollectorKind
{
    public const string Name = "host";

    public string Kind => Name;

    public bool NeedsAddress => false;

    public object ReadOptions(YamlMap target)
    {
        var options = new HostOptions(target.Text("proc") ?? "/proc", target.Integer("processes") ?? 20);
        if (options.Processes is < 1 or > 200)
            target.Report("processes", $"`processes: {options.Processes}` is out of range.", "Write 1 to 200.");
        return options;
    }

    public ICollector Create(Target target) => new HostCollector((HostOptions)target.Options, query);

    /// <summary>The machine of the dashboard, collected where the catalogue names no such target: it belongs to no system, only to the monitoring.</summary>
    public static Target BuiltIn(string environment) => new()
    {
        SystemId = SelfKind.System,
        ComponentId = "machine",
        Environment = environment.Length > 0 ? environment : "production",
        Job = "own-machine",
        Kind = Name,
        Address = "",
        Instance = Environment.MachineName,
        Interval = TimeSpan.FromSeconds(5),
        Timeout = TimeSpan.FromSeconds(5),
        Options = new HostOptions("/proc", 20),
        File = "(built in)",
        Line = 0,
    };
}
