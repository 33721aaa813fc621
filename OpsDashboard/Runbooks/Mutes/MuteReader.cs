using OpsDashboard.Alerts.Silences;
using OpsDashboard.Catalogue;

namespace OpsDashboard.Runbooks.Mutes;

/// <summary>Reads <c>mutes: [{ matchers: ['alertname="ComponentDown"', 'component="api"'], for: 10m }]</c>.</summary>
static class MuteReader
{
    public static IReadOnlyList<RunbookMute> Read(YamlMap root)
    {
        var mutes = new List<RunbookMute>();
        foreach (var entry in root.Maps("mutes"))
        {
            var matchers = entry.Texts("matchers");
            if (matchers.Count == 0)
                entry.Report("matchers", "A mute needs at least one matcher.", "Write for example `matchers: ['alertname=\"ComponentDown\"']`.");
            foreach (var matcher in matchers)
                Check(entry, matcher);
            var most = entry.Duration("for");
            if (most <= TimeSpan.Zero)
                entry.Report("for", "A mute lasts longer than nothing.", "Write for example `for: 10m`, or leave it out: it ends with the run.");
            entry.RejectUnknownKeys();
            mutes.Add(new(matchers, most));
        }
        return mutes;
    }

    static void Check(YamlMap entry, string matcher)
    {
        try
        {
            if (MatcherText.Parse(matcher).Name == "system")
                entry.Report("matchers", "A runbook mutes alerts of its own system only.", "Leave the matcher for system out.");
        }
        catch (FormatException wrong)
        {
            entry.Report("matchers", wrong.Message, "Write it as in a silence.");
        }
    }
}
