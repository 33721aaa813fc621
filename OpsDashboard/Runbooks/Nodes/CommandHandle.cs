using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace OpsDashboard.Runbooks.Nodes;

/// <summary>By what a command's processes are found again. A number that was given to another process since, or before a reboot, is not mistaken for it.</summary>
/// <param name="Marker">Stands in the environment of each of them, as <see cref="Variable"/>.</param>
/// <param name="Boot">Id of the start of the machine.</param>
/// <param name="ProcessId">Of the first, which leads their session.</param>
/// <param name="StartedAt">When that one started, in the machine's ticks since its start.</param>
public sealed partial record CommandHandle(string Marker, string Boot, int ProcessId, long StartedAt)
{
    public const string Variable = "OPSDASHBOARD_COMMAND";

    public static string NewMarker() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>One line without secrets, fit to be stored; <see cref="TryParse"/> reads it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Marker} {Boot} {ProcessId} {StartedAt}");

    public static CommandHandle? TryParse(string text) =>
        Shape().Match(text) is { Success: true } match
        && int.TryParse(match.Groups["pid"].Value, CultureInfo.InvariantCulture, out var pid) && pid > 1
        && long.TryParse(match.Groups["start"].Value, CultureInfo.InvariantCulture, out var start)
            ? new(match.Groups["marker"].Value, match.Groups["boot"].Value, pid, start)
            : null;

    [GeneratedRegex(@"^(?<marker>[0-9a-f]{32}) (?<boot>[0-9a-f-]{1,64}) (?<pid>[0-9]{1,9}) (?<start>[0-9]{1,18})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Shape();
}
