using System.Globalization;

namespace OpsDashboard.Metrics.Collectors.Machine;

/// <summary>A filesystem on a disk of the machine.</summary>
readonly record struct Mount(string Device, string Point, string Type);

/// <summary>Reads the kernel's text files (proc(5)). What a kernel does not offer is left out, never zero.</summary>
sealed class ProcFiles(string root)
{
    // USER_HZ, which the kernel's ABI fixes at 100 for these files.
    public const double TicksPerSecond = 100;
    const double SectorBytes = 512;

    static readonly string[] CpuModes = ["user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal"];
    static readonly HashSet<string> MemoryNames = ["MemTotal", "MemFree", "MemAvailable", "Buffers", "Cached", "SwapTotal", "SwapFree"];

    // Only what lies on a disk here: a network filesystem whose server hangs would hang the collector.
    static readonly HashSet<string> DiskTypes = ["ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs", "jfs", "reiserfs", "vfat", "exfat", "ntfs", "overlay", "apfs", "hfsplus"];

    public IEnumerable<(string Cpu, string Mode, double Seconds)> CpuTimes()
    {
        foreach (var fields in Lines("stat").Where(fields => fields[0].StartsWith("cpu", StringComparison.Ordinal) && fields[0].Length > 3))
        {
            for (var i = 0; i < CpuModes.Length && i + 1 < fields.Length; i++)
                yield return (fields[0][3..], CpuModes[i], Number(fields[i + 1]) / TicksPerSecond);
        }
    }

    public double? BootTime() => Lines("stat").Where(fields => fields is ["btime", _, ..]).Select(fields => (double?)Number(fields[1])).FirstOrDefault();

    public IReadOnlyList<double> Load() => Lines("loadavg").FirstOrDefault() is { Length: >= 3 } fields ? [Number(fields[0]), Number(fields[1]), Number(fields[2])] : [];

    public IEnumerable<(string Name, double Bytes)> Memory()
    {
        foreach (var fields in Lines("meminfo").Where(fields => fields.Length >= 2 && MemoryNames.Contains(fields[0].TrimEnd(':'))))
            yield return (fields[0].TrimEnd(':'), Number(fields[1]) * 1024);
    }

    public IEnumerable<(string Device, double Received, double Sent)> Networks()
    {
        foreach (var line in Text("net/dev").Skip(2))
        {
            var colon = line.IndexOf(':');
            var fields = colon < 0 ? [] : Fields(line[(colon + 1)..]);
            if (fields.Length >= 9 && line[..colon].Trim() is var device && device != "lo")
                yield return (device, Number(fields[0]), Number(fields[8]));
        }
    }

    public IEnumerable<(string Device, double Read, double Written, double BusySeconds)> Disks()
    {
        foreach (var fields in Lines("diskstats").Where(fields => fields.Length >= 13 && IsWholeDisk(fields[2])))
            yield return (fields[2], Number(fields[5]) * SectorBytes, Number(fields[9]) * SectorBytes, Number(fields[12]) / 1000);
    }

    public IEnumerable<Mount> Mounts() =>
        Lines("mounts").Where(fields => fields.Length >= 3 && DiskTypes.Contains(fields[2])).Select(fields => new Mount(fields[0], Unescape(fields[1]), fields[2]))
            .Where(mount => Directory.Exists(mount.Point)).DistinctBy(mount => mount.Point);

    /// <summary>Name, CPU seconds used since its start and resident bytes of every process.</summary>
    public IEnumerable<(int Id, string Name, double CpuSeconds, double ResidentBytes)> Processes()
    {
        foreach (var folder in Directory.Exists(root) ? Directory.EnumerateDirectories(root) : [])
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) || Text($"{id}/stat").FirstOrDefault() is not { } line)
                continue;
            // The name stands in parentheses and may hold spaces and parentheses itself.
            var (open, close) = (line.IndexOf('('), line.LastIndexOf(')'));
            var fields = close < 0 ? [] : Fields(line[(close + 1)..]);
            if (open >= 0 && fields.Length >= 22)
                yield return (id, line[(open + 1)..close], (Number(fields[11]) + Number(fields[12])) / TicksPerSecond, Number(fields[21]) * Environment.SystemPageSize);
        }
    }

    static bool IsWholeDisk(string name)
    {
        if (name.StartsWith("loop", StringComparison.Ordinal) || name.StartsWith("ram", StringComparison.Ordinal) || name.StartsWith("fd", StringComparison.Ordinal) || name.StartsWith("sr", StringComparison.Ordinal))
            return false;
        return name.StartsWith("nvme", StringComparison.Ordinal) || name.StartsWith("mmcblk", StringComparison.Ordinal)
            ? !name.Contains('p', StringComparison.Ordinal) : !char.IsAsciiDigit(name[^1]) || name.StartsWith("dm-", StringComparison.Ordinal) || name.StartsWith("md", StringComparison.Ordinal);
    }

    // Blanks in a mount point are written in octal.
    static string Unescape(string path) => path.Replace("\\040", " ").Replace("\\011", "\t").Replace("\\134", "\\");

    IEnumerable<string[]> Lines(string file) => Text(file).Select(Fields).Where(fields => fields.Length > 0);

    IEnumerable<string> Text(string file)
    {
        try
        {
            return File.ReadAllLines(Path.Combine(root, file));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The process has ended, or the kernel does not offer the file.
            return [];
        }
    }

    static string[] Fields(string line) => line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);

    static double Number(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : 0;
}
