using OpsDashboard.Metrics;
using OpsDashboard.Metrics.Charts;
using OpsDashboard.Metrics.Collectors;
using OpsDashboard.Metrics.Collectors.Machine;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Metrics.Collectors.Machine;

public sealed class HostCollectorTests
{
    const long Start = 1_800_000_000_000;

    static string Proc(params (string File, string Text)[] files)
    {
        var root = RealServer.TemporaryFolder("proc");
        foreach (var (file, text) in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(root, file))!);
            File.WriteAllText(Path.Combine(root, file), text);
        }
        return root;
    }

    static readonly (string, string)[] Kernel =
    [
        ("stat", "cpu  400 0 200 1000 50 0 0 0 0 0\ncpu0 300 0 100 500 25 0 0 0 0 0\ncpu1 100 0 100 500 25 0 0 0 0 0\nbtime 1790000000\n"),
        ("loadavg", "0.52 0.58 0.59 1/980 12345\n"),
        ("meminfo", "MemTotal:       16318480 kB\nMemFree:         1000 kB\nMemAvailable:    2000 kB\nCached: 500 kB\nHugePages_Total:       0\n"),
        ("net/dev", "Inter-|   Receive   | Transmit\n face |bytes packets|bytes\n    lo: 5 1 0 0 0 0 0 0 5 1 0 0 0 0 0 0\n  eth0:1234 9 0 0 0 0 0 0 5678 8 0 0 0 0 0 0\n"),
        ("diskstats", "   8 0 sda 10 0 2000 5 20 0 4000 6 0 1500 11\n   8 1 sda1 1 0 1 1 1 0 1 1 0 1 1\n   7 0 loop0 1 0 1 1 1 0 1 1 0 1 1\n 259 0 nvme0n1 1 0 2 1 1 0 4 1 0 1 1\n 259 1 nvme0n1p1 1 0 2 1 1 0 4 1 0 1 1\n"),
        ("mounts", "/dev/root / ext4 rw 0 0\nproc /proc proc rw 0 0\nserver:/x /mnt nfs rw 0 0\n"),
    ];

    static async Task<CollectOnce> CollectAsync(HostOptions options)
    {
        var collect = new CollectOnce();
        var outcome = await collect.RunAsync(new HostKind(() => new FakeSamples()), CollectOnce.Target("host", "", options, "here"));
        Assert.Equal(CollectFailure.None, outcome.Failure);
        return collect;
    }

    [Fact]
    public async Task Kernel_Files_BecomeNodeExporterSeries()
    {
        var collect = await CollectAsync(new(Proc(Kernel), 5));
        var samples = collect.Samples;
        Assert.Equal((3, 5), (samples.Last("node_cpu_seconds_total", ("cpu", "0"), ("mode", "user")), samples.Last("node_cpu_seconds_total", ("cpu", "1"), ("mode", "idle"))));
        Assert.Equal((0.52, 0.59, 1790000000), (samples.Last("node_load1"), samples.Last("node_load15"), samples.Last("node_boot_time_seconds")));
        Assert.Equal((16318480 * 1024.0, 2000 * 1024.0), (samples.Last("node_memory_MemTotal_bytes"), samples.Last("node_memory_MemAvailable_bytes")));
        Assert.Equal((1234, 5678), (samples.Last("node_network_receive_bytes_total"), samples.Last("node_network_transmit_bytes_total")));
        Assert.Equal((2000 * 512.0, 4000 * 512.0, 1.5), (samples.Last("node_disk_read_bytes_total", ("device", "sda")), samples.Last("node_disk_written_bytes_total", ("device", "sda")), samples.Last("node_disk_io_time_seconds_total", ("device", "sda"))));
        Assert.Equal(["nvme0n1", "sda"], samples.Of("node_disk_read_bytes_total").Select(sample => sample.Series.Labels["device"]!).Order());
        Assert.Equal("/", Assert.Single(samples.Of("node_filesystem_size_bytes")).Series.Labels["mountpoint"]);
    }

    [Fact]
    public async Task ThisMachine_IsRead()
    {
        var collect = await CollectAsync(new("/proc", 10));
        Assert.True(collect.Samples.Last("node_memory_MemTotal_bytes") > 1 << 20);
        Assert.True(collect.Samples.Last("node_boot_time_seconds") > 1e9);
        var table = Assert.IsType<CollectedTable>(collect.Documents["processes"]);
        Assert.InRange(table.Rows.Count, 1, 10);
        Assert.Equal(Unit.Bytes, table.Columns[3].Unit);
    }

    [Fact]
    public async Task NoKernelFiles_IsAFailureNotZero()
    {
        var collect = new CollectOnce();
        var outcome = await collect.RunAsync(new HostKind(() => new FakeSamples()), CollectOnce.Target("host", "", new HostOptions("/nowhere", 5), "here"));
        Assert.Equal(CollectFailure.Other, outcome.Failure);
        Assert.Empty(collect.Samples.All);
    }

    [Fact]
    public void TopProcesses_SecondReading_KnowsTheShareOfCpu()
    {
        var stat = "4321 (my (odd) name) S 1 1 1 0 -1 0 0 0 0 0 {0} 0 0 0 20 0 1 0 0 0 100 0";
        var root = Proc(("4321/stat", string.Format(stat, 1000)), ("77/stat", "77 (idle) S 1 1 1 0 -1 0 0 0 0 0 5 5 0 0 20 0 1 0 0 0 900 0"));
        var top = new TopProcesses(new(root), 10);
        Assert.Equal("idle", top.Read(Start).Rows[0][1]);
        File.WriteAllText(Path.Combine(root, "4321/stat"), string.Format(stat, 1250));
        var row = top.Read(Start + 5000).Rows[0];
        Assert.Equal([4321, "my (odd) name", 0.5, 100.0 * Environment.SystemPageSize], row);
    }

    [Fact]
    public void Forecast_ShrinkingSpace_IsExtrapolated()
    {
        var times = Enumerable.Range(0, 100).Select(i => Start + i * 300_000L).ToArray();
        var free = Enumerable.Range(0, 100).Select(i => 1e9 - i * 300 * 1000.0).ToArray();
        Assert.Equal(free[^1] / 1000, DiskForecast.SecondsToFull(times, free)!.Value, 3);
    }

    [Fact]
    public void Forecast_GrowingSpaceOrShortHistory_SaysNothing()
    {
        var times = Enumerable.Range(0, 100).Select(i => Start + i * 300_000L).ToArray();
        Assert.Null(DiskForecast.SecondsToFull(times, [.. times.Select((_, i) => 1e9 + i)]));
        Assert.Null(DiskForecast.SecondsToFull(times, [.. times.Select(_ => 1e9)]));
        Assert.Null(DiskForecast.SecondsToFull(times[..5], [5, 4, 3, 2, 1]));
    }
}
