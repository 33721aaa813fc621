using System.Text.RegularExpressions;
using OpsDashboard.Catalogue;

namespace OpsDashboard.Metrics.Collectors.Heartbeats;

/// <summary>Watches that a job reports in time. The target's address is the job's name.</summary>
/// <param name="services">The heartbeats ask the catalogue, and the catalogue asks this kind to read its files: so they are looked up late.</param>
public sealed partial class HeartbeatKind(IServiceProvider services) : ICollectorKind
{
    public const string Name = "heartbeat";

    public string Kind => Name;

    public object ReadOptions(YamlMap target)
    {
        if (!target.Has("every"))
            target.Report("every", "`every` is missing.", "Say how often the job reports: `every: 24h`.");
        var every = target.Duration("every") ?? TimeSpan.FromDays(1);
        if (every < TimeSpan.FromSeconds(1))
            target.Report("every", "`every` must be at least a second.", "Write for example `every: 24h`.");
        return new HeartbeatOptions(every, target.Duration("grace") ?? every / 10);
    }

    public string? RejectAddress(string address) => JobName().IsMatch(address) ? null : "the name of a job has 1 to 64 lower-case letters, digits, - and _.";

    public ICollector Create(Target target) => new HeartbeatCollector(target, services.GetRequiredService<Heartbeats>());

    [GeneratedRegex(@"^[a-z0-9_-]{1,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex JobName();
}
