using System.Globalization;
using System.Text.RegularExpressions;

namespace OpsDashboard.Simulator.Commands;

/// <summary><c>grep</c> and <c>tail</c> on the log files that the guides name; a simulated machine remembers the newest lines of each.</summary>
static class LogCommands
{
    const int NothingFound = 1, Wrong = 2;

    /// <summary><c>grep [-c] [-i] &lt;pattern&gt; &lt;file&gt;</c></summary>
    public static async Task<int> GrepAsync(SimulatedCommand command)
    {
        if (command.Arguments.ToArray() is not [.. var options, var pattern, var path])
            return await command.FailAsync(Wrong, "Usage: grep [OPTION]... PATTERNS FILE");
        if (Find(command, path) is not { } lines)
            return await command.FailAsync(Wrong, $"grep: {path}: No such file or directory");
        Regex wanted;
        try
        {
            wanted = new(pattern, RegexOptions.NonBacktracking | (options.Contains("-i") ? RegexOptions.IgnoreCase : RegexOptions.None));
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            return await command.FailAsync(Wrong, $"grep: {error.Message}");
        }
        var found = lines.Where(line => wanted.IsMatch(line)).ToArray();
        if (options.Contains("-c"))
            await command.OutAsync(found.Length.ToString(CultureInfo.InvariantCulture));
        foreach (var line in options.Contains("-c") ? [] : found.TakeLast(Most(options, "-m")))
            await command.OutAsync(line);
        return found.Length > 0 ? 0 : NothingFound;
    }

    /// <summary><c>tail -n &lt;count&gt; &lt;file&gt;</c></summary>
    public static async Task<int> TailAsync(SimulatedCommand command)
    {
        if (command.Arguments.ToArray() is not [.. var options, var path] || Find(command, path) is not { } lines)
            return await command.FailAsync(1, $"tail: cannot open '{command.Arguments.LastOrDefault()}' for reading: No such file or directory");
        foreach (var line in lines.TakeLast(Most(options, "-n")))
            await command.OutAsync(line);
        return 0;
    }

    static IReadOnlyList<string>? Find(SimulatedCommand command, string path) => command.System.LogFile(path.Split('/')[^1]);

    static int Most(string[] options, string option) =>
        Array.IndexOf(options, option) is >= 0 and var at && at + 1 < options.Length && int.TryParse(options[at + 1], CultureInfo.InvariantCulture, out var count) ? Math.Clamp(count, 0, 500) : 10;
}
