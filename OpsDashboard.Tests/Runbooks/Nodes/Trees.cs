using OpsDashboard.Runbooks.Nodes;
using Xunit;

namespace OpsDashboard.Tests.Runbooks.Nodes;

/// <summary>Commands whose processes are hard to end. Each writes <c>ready</c> when all of them are there.</summary>
static class Trees
{
    public static readonly (string Name, string Script)[] All =
    [
        ("plain children", "sleep 300 & sleep 300 & echo ready; wait"),
        ("ignores the request to end", "trap '' TERM INT HUP; sh -c 'trap \"\" TERM; echo ready; while :; do sleep 1; done'"),
        ("double fork", "(sh -c 'sleep 300 & sleep 300 &' &) ; sleep 0.1; echo ready; sleep 300"),
        ("a session of its own", "setsid sh -c 'trap \"\" TERM; sleep 300 & wait' & sleep 0.1; echo ready; wait"),
        ("double fork into a session of its own, the parent gone", "(setsid sh -c '(sleep 300 &) ; exec sleep 300' &) ; sleep 0.1; echo ready; exec sleep 300"),
        ("closed streams", "(setsid sh -c 'exec >&- 2>&- <&-; trap \"\" TERM; while :; do sleep 1; done' &) ; sleep 0.1; echo ready; exec sleep 300"),
        ("stopped", "sleep 300 & kill -STOP $!; echo ready; wait"),
        ("forks without end", "f() { sh -c 'sleep 0.05' & }; echo ready; trap '' TERM; while :; do f; sleep 0.02; done"),
        ("an environment of its own", "env -i sh -c 'trap \"\" TERM; sleep 300 & wait' & sleep 0.1; echo ready; wait"),
    ];

    public static TheoryData<string> Names => new(All.Select(tree => tree.Name));

    public static CommandSpec Command(string name) => new(["sh", "-c", All.Single(tree => tree.Name == name).Script]) { Timeout = TimeSpan.FromMinutes(5) };

    /// <summary>Processes whose environment has the marker, or that lead or belong to the session, and live.</summary>
    public static IReadOnlyList<int> Alive(CommandHandle handle) => [.. Directory.EnumerateDirectories("/proc").Select(folder => Path.GetFileName(folder)).Where(name => name.All(char.IsAsciiDigit)).Select(int.Parse).Where(id => Is(id, handle))];

    static bool Is(int id, CommandHandle handle)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is not ("Z" or "X") && (int.Parse(fields[3]) == handle.ProcessId || File.ReadAllText($"/proc/{id}/environ").Contains(handle.Marker, StringComparison.Ordinal));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
