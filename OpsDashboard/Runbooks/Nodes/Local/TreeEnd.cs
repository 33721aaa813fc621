using System.Runtime.InteropServices;

namespace OpsDashboard.Runbooks.Nodes.Local;

/// <summary>Ends a process tree: asks it, then kills it, and looks until nothing is left.</summary>
static partial class TreeEnd
{
    static readonly TimeSpan Gentle = TimeSpan.FromSeconds(1), Limit = TimeSpan.FromSeconds(5), Pause = TimeSpan.FromMilliseconds(20);

    const int Terminate = 15, Continue = 18, Stop = 19, Kill = 9;

    public static async Task<AbortResult> EndAsync(ProcessTree tree, TimeProvider clock, CancellationToken stop)
    {
        var began = clock.GetTimestamp();
        var asked = new HashSet<(int, long)>();
        var seen = 0;
        while (true)
        {
            var alive = tree.Look();
            // Between two looks a process may hand over to a child of its own: only what is empty twice is empty.
            if (alive.Count == 0 && await IsStillEmptyAsync(tree, clock, stop))
                return new(true, seen == 0 ? "Nothing of the command was running any more." : $"All {seen} processes of the command are gone.");
            var elapsed = clock.GetElapsedTime(began);
            if (elapsed > Limit)
                return new(false, $"{alive.Count} processes of the command do not end: {string.Join(", ", alive.Take(5).Select(entry => entry.Id))}.");
            if (elapsed < Gentle)
            {
                var fresh = alive.Where(entry => asked.Add((entry.Id, entry.StartedAt))).ToArray();
                Send(fresh, Terminate);
                // One that was stopped does not hear before it goes on.
                Send(fresh, Continue);
            }
            else
            {
                KillAll(tree, alive);
            }
            seen = Math.Max(seen, Math.Max(alive.Count, asked.Count));
            await Task.Delay(Pause, clock, stop);
        }
    }

    static async Task<bool> IsStillEmptyAsync(ProcessTree tree, TimeProvider clock, CancellationToken stop)
    {
        await Task.Delay(Pause, clock, stop);
        return tree.Look().Count == 0;
    }

    // Stopped first: what does not run cannot fork while the others are killed.
    static void KillAll(ProcessTree tree, IReadOnlyCollection<ProcessEntry> alive)
    {
        Send(alive, Stop);
        foreach (var group in tree.GroupsOf(alive))
            _ = Signal(-group, Kill);
        Send(alive, Kill);
    }

    static void Send(IEnumerable<ProcessEntry> processes, int signal)
    {
        foreach (var entry in processes)
        {
            // Its number may be another's by now.
            if (ProcessTable.Find(entry.Id) is { } now && now.StartedAt == entry.StartedAt)
                _ = Signal(entry.Id, signal);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Signal(int process, int signal);
}
