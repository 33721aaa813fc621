namespace OpsDashboard.Catalogue.Reading;

/// <summary>Reads a <c>targets.yml</c>: Prometheus' <c>scrape_configs</c> with a component and a kind.</summary>
sealed class TargetFile(IReadOnlyDictionary<string, ITargetKind> kinds, string environment)
{
    const string DefaultKind = "prometheus";
    static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(15);
    static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(10);
    static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>The targets that are right; a job with a problem gives none.</summary>
    public IReadOnlyList<Target> Read(YamlMap map, MonitoredSystem system)
    {
        var defaults = ReadGlobal(map);
        var jobs = new Dictionary<string, int>();
        var targets = new Dictionary<string, Target>();
        foreach (var config in map.Maps("scrape_configs"))
        {
            var job = config.Required("job_name");
            if (job.Length > 0 && !jobs.TryAdd(job, config.LineOf("job_name")))
                config.Report("job_name", $"The job `{job}` stands here twice (first in line {jobs[job]}).", "Give one of them another name.");
            foreach (var target in ReadJob(config, job, system, defaults))
            {
                if (!targets.TryAdd(target.Id, target))
                    config.ReportAt(target.Line, $"Two targets of the job `{job}` have the instance `{target.Instance}`.", "Give each its own `labels: { instance: … }`, or its own job.");
            }
        }
        map.RejectUnknownKeys();
        foreach (var target in targets.Values.Where(target => IsReadThroughItself(target, targets.Values)))
            map.ReportAt(target.Line, $"`{target.ComponentId}` is read through `{target.Through}`, and that one in the end through `{target.ComponentId}`.", "Leave `through` out at one of them.");
        return [.. targets.Values];
    }

    // Each would be what explains that the other fails, and nobody would be told.
    static bool IsReadThroughItself(Target target, IReadOnlyCollection<Target> all)
    {
        var reached = new HashSet<string>();
        var open = new Stack<string>(target.Through is { } first ? [first] : []);
        while (open.TryPop(out var component))
        {
            if (component == target.ComponentId)
                return true;
            if (reached.Add(component))
                all.Where(other => other.ComponentId == component).Select(other => other.Through).OfType<string>().ToList().ForEach(open.Push);
        }
        return false;
    }

    static (TimeSpan Interval, TimeSpan? Timeout) ReadGlobal(YamlMap map)
    {
        if (map.Map("global") is not { } global)
            return (DefaultInterval, null);
        var read = (global.Duration("scrape_interval") ?? DefaultInterval, global.Duration("scrape_timeout"));
        global.RejectUnknownKeys();
        return read;
    }

    IReadOnlyList<Target> ReadJob(YamlMap config, string job, MonitoredSystem system, (TimeSpan Interval, TimeSpan? Timeout) defaults)
    {
        var before = config.ErrorCount;
        var interval = config.Duration("scrape_interval") ?? defaults.Interval;
        if (interval < ShortestInterval)
            config.Report("scrape_interval", $"An interval of {PrometheusDuration.Format(interval)} is too short.", "Use 100ms or more.");
        var timeout = config.Duration("scrape_timeout") ?? defaults.Timeout ?? (interval < DefaultTimeout ? interval : DefaultTimeout);
        if (timeout > interval || timeout <= TimeSpan.Zero)
            config.Report("scrape_timeout", $"The time-out of {PrometheusDuration.Format(timeout)} does not fit the interval of {PrometheusDuration.Format(interval)}.", "Make it longer than nothing and at most as long as the interval.");
        var component = Component(config, system);
        var through = Through(config, component, system);
        var kindName = config.Text("kind") ?? DefaultKind;
        var beforeSets = config.ErrorCount;
        var sets = config.Maps("static_configs");
        var isSetsRead = config.ErrorCount == beforeSets;
        if (!kinds.TryGetValue(kindName, out var kind))
        {
            config.Report("kind", $"`kind: {kindName}` is not known.", $"Known kinds: {string.Join(", ", kinds.Keys.Order(StringComparer.Ordinal))}.");
            return [];
        }
        var shape = new Target
        {
            SystemId = system.Id,
            ComponentId = component,
            Through = through,
            Environment = environment,
            Job = job,
            Kind = kindName,
            Address = "",
            Instance = "",
            Interval = interval,
            Timeout = timeout,
            Options = kind.ReadOptions(config),
            File = config.File,
            Line = config.Line,
        };
        config.RejectUnknownKeys();
        var targets = kind.NeedsAddress || sets.Count > 0 ? sets.SelectMany(set => ReadSet(set, shape, kind)).ToList() : [shape with { Instance = job }];
        if (kind.NeedsAddress && sets.Count == 0 && isSetsRead)
            config.Report("static_configs", "The job has no address.", "Add `static_configs: [{ targets: [\"host:port\"] }]`.");
        return config.ErrorCount == before ? targets : [];
    }

    static string Component(YamlMap config, MonitoredSystem system)
    {
        if (!config.Has("component") && system.Components.Count == 1)
            return system.Components[0].Id;
        var component = config.Required("component");
        if (component.Length > 0 && system.Components.All(known => known.Id != component))
            config.Report("component", $"`{component}` is no component of {system.Id}.", $"Known components: {string.Join(", ", system.Components.Select(known => known.Id))}.");
        return component;
    }

    // One that is empty in this environment says: read by itself here.
    static string? Through(YamlMap config, string component, MonitoredSystem system)
    {
        if (config.Text("through") is not { Length: > 0 } through)
            return null;
        if (system.Components.All(known => known.Id != through))
            config.Report("through", $"`{through}` is no component of {system.Id}.", $"Known components: {string.Join(", ", system.Components.Select(known => known.Id))}.");
        else if (through == component)
            config.Report("through", $"`{component}` is not read through itself.", "Name the component that answers for it, or leave `through` out.");
        return through;
    }

    static IReadOnlyList<Target> ReadSet(YamlMap set, Target shape, ITargetKind kind)
    {
        var labels = set.Map("labels");
        foreach (var name in labels?.Keys ?? [])
        {
            if (Names.RejectLabel(name) is { } reason)
                labels!.Report(name, reason, "Choose another name: letters, digits and underscores, not beginning with a digit.");
        }
        var values = set.TextMap("labels").ToDictionary();
        values.Remove("instance", out var instance);
        var addresses = set.Texts("targets");
        if (addresses.Count == 0)
            set.Report("targets", "There is no address here.", "Write `targets: [\"host:port\"]`.");
        if (instance is not null && addresses.Count > 1)
            labels!.Report("instance", $"{addresses.Count} addresses cannot share the instance `{instance}`.", "Give each its own entry.");
        set.RejectUnknownKeys();
        var targets = new List<Target>();
        // A variable that is empty in this environment says: not here.
        foreach (var address in addresses.Where(address => address.Length > 0))
        {
            if (kind.RejectAddress(address) is { } reason)
                set.Report("targets", $"`{address}` cannot be collected: {reason}", $"Correct the address, or the kind `{kind.Kind}`.");
            else if (kind.Kind == DefaultKind && TargetAddress.WrongProtocol(address) is var (message, remedy))
                set.Report("targets", message, remedy);
            targets.Add(shape with { Address = address, Instance = instance ?? TargetAddress.Instance(address), Labels = values, Line = set.LineOf("targets") });
        }
        return targets;
    }
}
