using OpsDashboard.Metrics.Charts;

namespace OpsDashboard.Metrics.Collectors.Machine;

/// <summary>Which processes use most of the CPU between two readings, as <c>top</c> shows them. Command lines are not read: they hold secrets. Not thread-safe.</summary>
sealed class TopProcesses(ProcFiles files, int count)
{
    static readonly TableColumn[] Columns = [new("PID"), new("Process"), new("CPU", Unit.Ratio), new("Resident memory", Unit.Bytes)];

    Dictionary<(int, string), double> before = [];
    long beforeAt;

    public CollectedTable Read(long at)
    {
        var now = files.Processes().ToList();
        var seconds = (at - beforeAt) / 1000.0;
        var isFirst = beforeAt == 0 || seconds <= 0;
        var used = now.Select(process => (Process: process, Share: isFirst ? 0 : Math.Max(0, process.CpuSeconds - before.GetValueOrDefault((process.Id, process.Name), process.CpuSeconds)) / seconds));
        var rows = used.OrderByDescending(entry => entry.Share).ThenByDescending(entry => entry.Process.ResidentBytes).Take(count)
            .Select(entry => (IReadOnlyList<object?>)[entry.Process.Id, entry.Process.Name, isFirst ? null : entry.Share, entry.Process.ResidentBytes]).ToList();
        before = now.ToDictionary(process => (process.Id, process.Name), process => process.CpuSeconds);
        beforeAt = at;
        return new("Top processes", Columns, rows, isFirst ? "CPU is known from the second reading on." : $"The first {rows.Count} of {now.Count}; CPU 1 is one core.", at);
    }
}
