using System.Globalization;
using System.Text;

namespace OpsDashboard.Runbooks.Nodes.Local;

/// <param name="StartedAt">In ticks since the start of the machine; with the number it names one process for good.</param>
/// <param name="IsDead">It has ended; its parent has not asked yet how.</param>
readonly record struct ProcessEntry(int Id, int Parent, int Group, int Session, long StartedAt, bool IsDead);

/// <summary>The processes of this machine, as Linux tells them.</summary>
static class ProcessTable
{
    /// <summary>Id of this start of the machine.</summary>
    public static string Boot { get; } = File.Exists("/proc/sys/kernel/random/boot_id") ? File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim() : "none";

    public static List<ProcessEntry> Read()
    {
        var entries = new List<ProcessEntry>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && Find(id) is { } entry)
                entries.Add(entry);
        }
        return entries;
    }

    public static ProcessEntry? Find(int id) => Bytes($"/proc/{id}/stat", 4096) is { } stat ? Parse(id, stat) : null;

    /// <summary>Whether the process was given this in its environment. One whose environment cannot be read was not.</summary>
    public static bool HasInEnvironment(int id, ReadOnlySpan<byte> entry) => Bytes($"/proc/{id}/environ", 2 << 20) is { } environment && environment.AsSpan().IndexOf(entry) >= 0;

    // The program's name stands in brackets and may hold anything, brackets and line ends too: what follows the last one is numbers.
    static ProcessEntry? Parse(int id, byte[] stat)
    {
        var text = Encoding.ASCII.GetString(stat);
        var after = text.LastIndexOf(')');
        if (after < 0 || text[(after + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries) is not { Length: >= 20 } fields)
            return null;
        return new(id, Number(fields[1]), Number(fields[2]), Number(fields[3]), long.Parse(fields[19], CultureInfo.InvariantCulture), fields[0] is "Z" or "X");
    }

    static int Number(string field) => int.Parse(field, CultureInfo.InvariantCulture);

    static byte[]? Bytes(string path, int most)
    {
        try
        {
            using var file = File.OpenHandle(path);
            using var content = new MemoryStream();
            var buffer = new byte[4096];
            while (content.Length < most && RandomAccess.Read(file, buffer, content.Length) is > 0 and var length)
                content.Write(buffer, 0, length);
            return content.ToArray();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
