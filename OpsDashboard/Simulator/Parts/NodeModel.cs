using OpsDashboard.Simulator.Exposition;

namespace OpsDashboard.Simulator.Parts;

/// <summary>The machine below a program, under the names of the Prometheus node exporter.</summary>
sealed class NodeModel
{
    const double Gibibyte = 1024d * 1024 * 1024;
    const int Cores = 2;

    readonly MetricPage page = new();
    readonly Rhythm rhythm;
    readonly Family cpu, load, total, available, cached, free, size, avail, received, sent, read, written, boot, time;
    readonly double memoryBytes;
    double lastCpu;

    public NodeModel(Rhythm rhythm, double memoryGibibytes, DateTimeOffset now)
    {
        this.rhythm = rhythm;
        memoryBytes = memoryGibibytes * Gibibyte;
        cpu = page.Counter("node_cpu_seconds_total", "Seconds the processors spent in each mode.", "cpu", "mode");
        load = page.Gauge("node_load1", "1m load average.");
        total = page.Gauge("node_memory_MemTotal_bytes", "Memory.");
        available = page.Gauge("node_memory_MemAvailable_bytes", "Memory that programs can still get.");
        cached = page.Gauge("node_memory_Cached_bytes", "Memory used as file cache.");
        free = page.Gauge("node_memory_MemFree_bytes", "Memory unused.");
        size = page.Gauge("node_filesystem_size_bytes", "Size of a file system.", "device", "mountpoint", "fstype");
        avail = page.Gauge("node_filesystem_avail_bytes", "Space free for programs.", "device", "mountpoint", "fstype");
        received = page.Counter("node_network_receive_bytes_total", "Bytes received.", "device");
        sent = page.Counter("node_network_transmit_bytes_total", "Bytes sent.", "device");
        read = page.Counter("node_disk_read_bytes_total", "Bytes read.", "device");
        written = page.Counter("node_disk_written_bytes_total", "Bytes written.", "device");
        boot = page.Gauge("node_boot_time_seconds", "Start of the machine, seconds since 1970.");
        time = page.Gauge("node_time_seconds", "Clock of the machine, seconds since 1970.");
        boot.Set(now.AddDays(-37).ToUnixTimeSeconds());
    }

    /// <summary>How full old files made the volume /data; null: as usual.</summary>
    public double? FilledTo { get; set; }

    public string Render() => page.Render();

    /// <summary>What <c>top</c> would list, busiest first: a JSON document of our own, since the node exporter knows no processes.</summary>
    /// <param name="program">The system's own program; null while it is down.</param>
    public object Processes((string Name, double Cpu, double Bytes)? program)
    {
        (int Id, string Name, double Cpu, double Bytes)[] others =
        [
            (812, "postgres", 0.03 + (lastCpu * 0.2), 0.32 * Gibibyte),
            (655, "redis-server", 0.01 + (lastCpu * 0.04), 0.11 * Gibibyte),
            (731, "node_exporter", 0.004, 0.02 * Gibibyte),
            (402, "systemd-journald", 0.002 + (lastCpu * 0.01), 0.04 * Gibibyte),
            (618, "sshd", 0, 0.008 * Gibibyte),
            (1, "systemd", 0, 0.012 * Gibibyte),
        ];
        IEnumerable<(int Id, string Name, double Cpu, double Bytes)> all = program is { } own ? [(1204, own.Name, own.Cpu, own.Bytes), .. others] : others;
        return new
        {
            simulated = true,
            processes = all.OrderByDescending(process => process.Cpu).Select(process => new
            {
                pid = process.Id,
                process = process.Name,
                cpu_percent = Math.Round(process.Cpu * 100, 1),
                resident_mb = Math.Round(process.Bytes / 1e6),
            }),
        };
    }

    /// <param name="requestsPerSecond">What passes through network and disk.</param>
    /// <param name="skewSeconds">By how much the machine's clock is wrong.</param>
    public void Step(Moment moment, double cpuRatio, double usedBytes, double requestsPerSecond, double skewSeconds)
    {
        lastCpu = cpuRatio;
        Processors(moment, cpuRatio);
        Memory(usedBytes);
        Volume(moment, "/dev/vda1", "/", 40, 0.46, 0);
        Volume(moment, "/dev/vdb1", "/data", 120, Math.Max(0.58, FilledTo ?? 0), FilledTo is null ? 0.004 : 0);
        var noise = 1 + (0.15 * rhythm.Noise(moment.Now, 7));
        received.Of("eth0").Add(Math.Round(requestsPerSecond * 2300 * noise * moment.Seconds));
        sent.Of("eth0").Add(Math.Round(requestsPerSecond * 9800 * noise * moment.Seconds));
        read.Of("vdb").Add(Math.Round(requestsPerSecond * 1500 * noise * moment.Seconds));
        written.Of("vdb").Add(Math.Round(requestsPerSecond * 5200 * noise * moment.Seconds));
        time.Set(moment.UnixSeconds + skewSeconds);
    }

    void Processors(Moment moment, double ratio)
    {
        for (var core = 0; core < Cores; core++)
        {
            var name = core == 0 ? "0" : "1";
            cpu.Of(name, "user").Add(ratio * 0.72 * moment.Seconds);
            cpu.Of(name, "system").Add(ratio * 0.24 * moment.Seconds);
            cpu.Of(name, "iowait").Add(ratio * 0.04 * moment.Seconds);
            cpu.Of(name, "idle").Add((1 - ratio) * moment.Seconds);
        }
        load.Set(Math.Round(Cores * ratio * (1 + (0.1 * rhythm.Noise(moment.Now, 45))), 2));
    }

    void Memory(double usedBytes)
    {
        var used = usedBytes + (memoryBytes * 0.14);
        var cache = memoryBytes * 0.31;
        total.Set(memoryBytes);
        cached.Set(Math.Round(cache));
        free.Set(Math.Round(Math.Max(memoryBytes * 0.02, memoryBytes - used - cache)));
        available.Set(Math.Round(Math.Max(memoryBytes * 0.03, memoryBytes - used)));
    }

    /// <param name="growth">Part of the volume that fills in a day; a nightly job clears it again.</param>
    void Volume(Moment moment, string device, string mountPoint, double gibibytes, double full, double growth)
    {
        var bytes = gibibytes * Gibibyte;
        var used = full + (growth * moment.Now.UtcDateTime.TimeOfDay.TotalDays);
        size.Set(bytes, device, mountPoint, "ext4");
        avail.Set(Math.Round(bytes * (1 - used)), device, mountPoint, "ext4");
    }
}
