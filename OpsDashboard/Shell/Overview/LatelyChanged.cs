using OpsDashboard.Access;
using OpsDashboard.Alerts.Story;
using OpsDashboard.Audit;

namespace OpsDashboard.Shell.Overview;

/// <summary>One thing that somebody changed.</summary>
public sealed record Change(long Sequence, DateTimeOffset At, string Text, string By, string Icon);

/// <summary>What was changed in the last hour, newest first, read from the audit log: what the actor may see of it. Thread-safe; an answer serves everybody for 2 s.</summary>
public sealed class LatelyChanged(AuditReader audit, TimeProvider clock) : IWhatChanged
{
    static readonly TimeSpan Span = TimeSpan.FromMinutes(60);
    static readonly TimeSpan Kept = TimeSpan.FromSeconds(2);
    const int MaxEntries = 200;

    /// <summary>Nouns whose entries change a system or how it is watched; signing in does not.</summary>
    static readonly Dictionary<string, string> Icons = new()
    {
        ["catalogue"] = "edit",
        ["target"] = "target",
        ["fault"] = "fault",
        ["collector"] = "pause",
        ["simulator"] = "simulator",
        ["dashboard"] = "pin",
        ["figure"] = "kpi",
        ["demo"] = "simulator",
        ["runbook"] = "run",
    };

    (DateTimeOffset At, IReadOnlyList<AuditLine> Lines) last = (DateTimeOffset.MinValue, []);

    public async Task<IReadOnlyList<Change>> ReadAsync(Actor actor, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        var known = last;
        if (now - known.At > Kept)
            last = known = (now, await audit.FindAsync(new(Outcome: AuditOutcome.Done, From: now - Span), null, MaxEntries, stop));
        return [.. known.Lines.Where(line => IsChange(line) && MaySee(actor, line.Entry.Subject)).Select(ToChange)];
    }

    /// <summary>Whether the entry changed a system or how it is watched.</summary>
    internal static bool IsChange(AuditLine line) => Icons.ContainsKey(Noun(line));

    async Task<IReadOnlyList<ChangeBefore>> IWhatChanged.ReadAsync(Actor actor, string? systemId, DateTimeOffset from, DateTimeOffset to, CancellationToken stop)
    {
        var lines = await audit.FindAsync(new(Outcome: AuditOutcome.Done, From: from, Until: to), null, MaxEntries, stop);
        return
        [
            .. lines.Where(line => IsChange(line) && MaySee(actor, line.Entry.Subject) && (SystemOf(line.Entry.Subject) is not { } of || of == systemId))
                .OrderBy(line => line.Entry.Sequence)
                .Select(line => (Line: line, Change: ToChange(line)))
                .Select(pair => new ChangeBefore(pair.Change.At, pair.Change.Text, pair.Change.By, pair.Change.Icon, SystemOf(pair.Line.Entry.Subject) == systemId && systemId is not null)),
        ];
    }

    /// <summary>Null concerns all systems: system/&lt;id&gt;, target/&lt;id&gt;/…, kpi/&lt;id&gt;/… concern one.</summary>
    internal static string? SystemOf(string subject) => subject.Split('/') is ["system" or "target" or "kpi", var id, ..] ? id : null;

    // What concerns all systems is for those who may see all.
    internal static bool MaySee(Actor actor, string subject) => actor.May(Permission.ReadSystems, SystemOf(subject));

    internal static Change ToChange(AuditLine line) =>
        new(line.Entry.Sequence, line.Entry.At, $"{Sentence(line.Entry.Action)}: {Name(line.Entry.Subject)}", line.ActorName ?? "name erased", Icons[Noun(line)]);

    /// <summary><c>system/case-opening</c> → case-opening: the sentence says already what it is.</summary>
    static string Name(string subject) => subject.StartsWith("system/", StringComparison.Ordinal) ? subject["system/".Length..] : subject;

    internal static string Noun(AuditLine line) => line.Entry.Action.Split('.')[0];

    /// <summary><c>fault.injected</c> → Fault injected.</summary>
    static string Sentence(string action)
    {
        var words = action.Replace('.', ' ').Replace('_', ' ');
        return char.ToUpperInvariant(words[0]) + words[1..];
    }
}
