using OpsDashboard.Simulator.Exposition;

namespace OpsDashboard.Simulator.Parts;

/// <summary>What a simulated program is allotted and usually uses.</summary>
/// <param name="HeapBytes">Usual JavaScript heap; 0 for a program without one.</param>
/// <param name="SwingBytes">How much garbage gathers between two collections.</param>
sealed record MachineProfile(double MemoryLimit, double MemoryBytes, double HeapBytes, double SwingBytes, double NightCpu, double PeakCpu, int Replicas = 2);

/// <summary>The resources of a simulated program: processor, memory, heap, instances, version.</summary>
sealed class Machine
{
    const double CollectionSeconds = 47;

    /// <summary>The kernel kills a program that reaches its limit; the simulated one stops growing just below.</summary>
    const double Fullest = 0.985;

    readonly MachineProfile profile;
    readonly Rhythm rhythm;
    readonly Family start, cpu, memory, limit, replicas, build;
    readonly Family? heapUsed, heapTotal;
    string version;

    public Machine(MetricPage page, MachineProfile profile, Rhythm rhythm, string version, DateTimeOffset now)
    {
        (this.profile, this.rhythm, this.version) = (profile, rhythm, version);
        start = page.Gauge("process_start_time_seconds", "Start of the process, seconds since 1970.");
        cpu = page.Gauge("cpu_usage_ratio", "CPU used of CPU allotted in the last second.");
        memory = page.Gauge("container_memory_usage_bytes", "Memory used.");
        limit = page.Gauge("container_spec_memory_limit_bytes", "Memory allotted.");
        if (profile.HeapBytes > 0)
        {
            heapUsed = page.Gauge("nodejs_heap_size_used_bytes", "JavaScript heap in use.");
            heapTotal = page.Gauge("nodejs_heap_size_total_bytes", "JavaScript heap reserved.");
        }
        replicas = page.Gauge("replicas_ready", "Instances that serve.");
        build = page.Gauge("build_info", "What runs.", "version", "simulated");
        Replicas = profile.Replicas;
        Restart(now);
    }

    public DateTimeOffset StartedAt { get; private set; }

    public int Replicas { get; set; }

    public int UsualReplicas => profile.Replicas;

    public double MemoryLimit => profile.MemoryLimit;

    public double Cpu { get; private set; }

    public double MemoryBytes { get; private set; }

    public double MemoryRatio => MemoryBytes / profile.MemoryLimit;

    public double HeapBytes { get; private set; }

    public double LeakedBytes { get; private set; }

    public string Version
    {
        get => version;
        set
        {
            version = value;
            build.Clear();
            build.Set(1, version, "true");
        }
    }

    public void Restart(DateTimeOffset now)
    {
        StartedAt = now;
        LeakedBytes = 0;
        start.Set(now.ToUnixTimeMilliseconds() / 1000.0);
        limit.Set(profile.MemoryLimit);
        Version = version;
    }

    /// <param name="leakPerSecond">Bytes; null while nothing leaks: what leaked is collected then.</param>
    /// <param name="strain">Additional processor load, 0..1.</param>
    public void Step(Moment moment, double? leakPerSecond, double strain)
    {
        LeakedBytes = leakPerSecond is { } bytes ? LeakedBytes + (bytes * moment.Seconds) : Collected(LeakedBytes, moment.Seconds);
        var gathered = moment.UnixSeconds % CollectionSeconds / CollectionSeconds * profile.SwingBytes;
        var busy = 0.85 + (0.3 * moment.Level);
        // more instances share the same work
        var share = (double)profile.Replicas / Math.Max(1, Replicas);
        Cpu = Math.Clamp((moment.Between(profile.NightCpu, profile.PeakCpu) * share) + (0.02 * rhythm.Noise(moment.Now, 4)) + strain, 0.01, 0.99);
        MemoryBytes = Math.Min(profile.MemoryLimit * Fullest, (profile.MemoryBytes * busy) + gathered + LeakedBytes);
        HeapBytes = Math.Min(MemoryBytes, (profile.HeapBytes * busy) + gathered + LeakedBytes);
        Publish();
    }

    static double Collected(double bytes, double seconds) => bytes < 1e6 ? 0 : bytes * Math.Exp(-seconds / 0.6);

    void Publish()
    {
        cpu.Set(Cpu);
        memory.Set(Math.Round(MemoryBytes));
        replicas.Set(Replicas);
        heapUsed?.Set(Math.Round(HeapBytes));
        heapTotal?.Set(Math.Round(Math.Max(profile.HeapBytes * 1.6, HeapBytes * 1.15)));
    }
}
