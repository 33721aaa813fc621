using System.Globalization;

namespace OpsDashboard.Live.Replicas;

/// <summary>What travels: who sent it, its number among the sender's messages, and the topics.</summary>
readonly record struct WakeMessage(string Sender, long Sequence, string[] Topics)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Sender} {Sequence} {string.Join(' ', Topics)}");

    /// <summary>Null for what is none of ours: anybody may publish on the server.</summary>
    public static WakeMessage? Parse(string? text) =>
        text?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var sender, var number, .. var topics] && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            ? new(sender, sequence, topics)
            : null;
}
