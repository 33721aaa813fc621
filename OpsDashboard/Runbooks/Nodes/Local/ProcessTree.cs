using System.Text;

namespace OpsDashboard.Runbooks.Nodes.Local;

/// <summary>
/// All processes of one command on this machine. They are found by their parents, by their session (a command leads its own, and whatever calls setsid is the
/// child of one that is known), by the marker in their environment, and because they were seen before. Whoever double-forks, calls setsid and clears its
/// environment between two looks, all at once, is not found: nothing ties it to the command any more. Not thread-safe.
/// </summary>
sealed class ProcessTree(CommandHandle handle)
{
    readonly byte[] mark = Encoding.ASCII.GetBytes($"{CommandHandle.Variable}={handle.Marker}");
    readonly HashSet<(int Id, long StartedAt)> known = [];
    // The dashboard's own session is nobody's else, whatever a process that is just being started says.
    readonly int ownSession = ProcessTable.Find(Environment.ProcessId)?.Session ?? 0;

    /// <summary>Those that are alive.</summary>
    public List<ProcessEntry> Look()
    {
        // After a reboot all numbers mean others.
        if (handle.Boot != ProcessTable.Boot)
            return [];
        var table = ProcessTable.Read().Where(entry => entry.StartedAt >= handle.StartedAt && entry.Id is not 1 && entry.Id != Environment.ProcessId).ToList();
        var ours = table.Where(IsOurs).ToDictionary(entry => entry.Id);
        var sessions = ours.Values.Select(entry => entry.Session).ToHashSet();
        sessions.Remove(ownSession);
        for (var before = -1; before < ours.Count;)
        {
            before = ours.Count;
            foreach (var entry in table.Where(entry => !ours.ContainsKey(entry.Id) && (ours.ContainsKey(entry.Parent) || sessions.Contains(entry.Session))))
            {
                ours.Add(entry.Id, entry);
                if (entry.Session != ownSession)
                    sessions.Add(entry.Session);
            }
        }
        known.UnionWith(ours.Values.Select(entry => (entry.Id, entry.StartedAt)));
        return [.. ours.Values.Where(entry => !entry.IsDead)];
    }

    /// <summary>Groups that are led by one of ours, so that whatever is in them is ours: a signal reaches all of a group at once, also those that fork meanwhile.</summary>
    public IEnumerable<int> GroupsOf(IEnumerable<ProcessEntry> alive) =>
        alive.Select(entry => entry.Group).Distinct().Where(group => known.Any(entry => entry.Id == group));

    bool IsOurs(ProcessEntry entry) =>
        known.Contains((entry.Id, entry.StartedAt)) || (entry.Id == handle.ProcessId && entry.StartedAt == handle.StartedAt) || (!entry.IsDead && ProcessTable.HasInEnvironment(entry.Id, mark));
}
