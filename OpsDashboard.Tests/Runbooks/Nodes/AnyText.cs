namespace OpsDashboard.Tests.Runbooks.Nodes;

/// <summary>Texts that a shell would take for something else.</summary>
static class AnyText
{
    static readonly string[] Pieces =
    [
        "'", "\"", "`", "$", "$(", ")", "${x}", "\\", ";", "&", "|", "<", ">", "*", "?", "[", "]", "{a,b}", "~", "#", "!", "%s", "\\n", " ", "  ", "-", "--", "=", "../", "/", "a", "Z", "0", "é", "日", "😀", "''", "\\'", "END", "^", "\u00a0",
    ];

    /// <summary>Of one line, so that output gives it back.</summary>
    public static string Printable(Random random) => string.Concat(Enumerable.Range(0, random.Next(0, 12)).Select(_ => Pieces[random.Next(Pieces.Length)]));
}
