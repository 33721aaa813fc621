namespace OpsDashboard.Metrics.Collectors.Machine;

sealed class HostCollector(HostOptions options, Func<ISampleQuery> query) : ICollector
{
    const string Available = "node_filesystem_avail_bytes";
    const long ProcessesEvery = 5_000, ForecastEvery = 300_000, ForecastStep = 300_000;

    static readonly (string Metric, MetricKind Kind, string Help)[] Descriptions =
    [
        ("node_cpu_seconds_total", MetricKind.Counter, "Seconds each CPU spent in each mode."),
        ("node_load1", MetricKind.Gauge, "Load average over 1 minute."),
        ("node_load5", MetricKind.Gauge, "Load average over 5 minutes."),
        ("node_load15", MetricKind.Gauge, "Load average over 15 minutes."),
        ("node_filesystem_size_bytes", MetricKind.Gauge, "Size of the filesystem."),
        (Available, MetricKind.Gauge, "Space that an ordinary user may still fill."),
        ("node_filesystem_full_in_seconds", MetricKind.Gauge, "Time until the filesystem is full, by the trend of the last day; absent where it does not fill."),
        ("node_network_receive_bytes_total", MetricKind.Counter, "Bytes received."),
        ("node_network_transmit_bytes_total", MetricKind.Counter, "Bytes sent."),
        ("node_disk_read_bytes_total", MetricKind.Counter, "Bytes read from the disk."),
        ("node_disk_written_bytes_total", MetricKind.Counter, "Bytes written to the disk."),
        ("node_disk_io_time_seconds_total", MetricKind.Counter, "Seconds during which the disk was busy."),
        ("node_boot_time_seconds", MetricKind.Gauge, "When the machine started, in seconds since 1970."),
    ];

    readonly ProcFiles files = new(options.Proc);
    readonly TopProcesses top = new(new(options.Proc), options.Processes);
    readonly Dictionary<string, double> fullIn = [];
    long processesAt, forecastAt;

    public async ValueTask<CollectOutcome> CollectAsync(CollectContext context, CancellationToken stop)
    {
        foreach (var (metric, kind, help) in Descriptions)
            context.Describe(metric, kind, help);
        var cpus = 0;
        foreach (var (cpu, mode, seconds) in files.CpuTimes())
        {
            context.Add("node_cpu_seconds_total", seconds, ("cpu", cpu), ("mode", mode));
            cpus++;
        }
        if (cpus == 0)
            return CollectOutcome.Failed(CollectFailure.Other, $"{options.Proc} holds no kernel files: the host collector works on Linux.");
        AddMachine(context);
        AddDevices(context);
        if (context.At - forecastAt >= ForecastEvery)
            await ForecastAsync(context, stop);
        AddFilesystems(context);
        if (context.At - processesAt >= ProcessesEvery)
        {
            processesAt = context.At;
            context.KeepDocument("processes", top.Read(context.At));
        }
        return CollectOutcome.Ok(0);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    void AddMachine(CollectContext context)
    {
        if (files.Load() is [var one, var five, var fifteen])
        {
            context.Add("node_load1", one);
            context.Add("node_load5", five);
            context.Add("node_load15", fifteen);
        }
        foreach (var (name, bytes) in files.Memory())
            context.Add($"node_memory_{name}_bytes", bytes);
        if (files.BootTime() is { } boot)
            context.Add("node_boot_time_seconds", boot);
    }

    void AddDevices(CollectContext context)
    {
        foreach (var (device, received, sent) in files.Networks())
        {
            context.Add("node_network_receive_bytes_total", received, ("device", device));
            context.Add("node_network_transmit_bytes_total", sent, ("device", device));
        }
        foreach (var (device, read, written, busy) in files.Disks())
        {
            context.Add("node_disk_read_bytes_total", read, ("device", device));
            context.Add("node_disk_written_bytes_total", written, ("device", device));
            context.Add("node_disk_io_time_seconds_total", busy, ("device", device));
        }
    }

    void AddFilesystems(CollectContext context)
    {
        foreach (var mount in files.Mounts())
        {
            if (Space(mount) is not var (size, available) || size <= 0)
                continue;
            context.Add("node_filesystem_size_bytes", size, ("device", mount.Device), ("mountpoint", mount.Point), ("fstype", mount.Type));
            context.Add(Available, available, ("device", mount.Device), ("mountpoint", mount.Point), ("fstype", mount.Type));
            if (fullIn.TryGetValue(mount.Point, out var seconds))
                context.Add("node_filesystem_full_in_seconds", Math.Max(0, seconds - (context.At - forecastAt) / 1000.0), ("mountpoint", mount.Point));
        }
    }

    static (double Size, double Available)? Space(Mount mount)
    {
        try
        {
            var drive = new DriveInfo(mount.Point);
            return (drive.TotalSize, drive.AvailableFreeSpace);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    async Task ForecastAsync(CollectContext context, CancellationToken stop)
    {
        forecastAt = context.At;
        fullIn.Clear();
        IReadOnlyList<LabelMatcher> matchers =
        [
            LabelMatcher.Metric(Available),
            LabelMatcher.Equal(TargetLabels.System, context.Target.SystemId),
            LabelMatcher.Equal(TargetLabels.Job, context.Target.Job),
            LabelMatcher.Equal(TargetLabels.Instance, context.Target.Instance),
        ];
        var day = await query().SelectAsync(matchers, context.At - (long)TimeSpan.FromDays(1).TotalMilliseconds, context.At, new(ForecastStep), stop);
        foreach (var series in day.Series)
        {
            if (series.Labels["mountpoint"] is { } point && DiskForecast.SecondsToFull(series.Times, series.Values) is { } seconds)
                fullIn[point] = seconds;
        }
    }
}
