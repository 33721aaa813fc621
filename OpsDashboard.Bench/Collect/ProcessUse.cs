using System.Globalization;

namespace OpsDashboard.Bench.Collect;

/// <summary>What a process has used, from the kernel's own accounts.</summary>
readonly record struct ProcessUse(double CpuSeconds, long ResidentBytes, long PeakBytes)
{
    const double TicksPerSecond = 100;

    public static ProcessUse Of(int process)
    {
        var stat = File.ReadAllText($"/proc/{process}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture);
        var status = File.ReadAllLines($"/proc/{process}/status");
        return new(ticks / TicksPerSecond, Kilobytes(status, "VmRSS:") * 1024, Kilobytes(status, "VmHWM:") * 1024);
    }

    static long Kilobytes(string[] lines, string name) =>
        long.Parse(lines.First(line => line.StartsWith(name, StringComparison.Ordinal)).Split(' ', '\t').Last(word => word.Length > 0 && char.IsAsciiDigit(word[0])), CultureInfo.InvariantCulture);
}
