using OpsDashboard.Access;
using OpsDashboard.Audit;

namespace OpsDashboard.Logs.Search;

/// <summary>The systems whose lines an actor may read, of those asked for. Deny by default.</summary>
/// <param name="Systems">Null: all, and the lines of no system.</param>
sealed record LogScope(IReadOnlySet<string>? Systems)
{
    /// <exception cref="AccessDeniedException">None, or one that is asked for by name is not among them.</exception>
    public static LogScope Of(Actor actor, IReadOnlyList<string> wanted)
    {
        foreach (var system in wanted)
            actor.Demand(Permission.ReadLogs, system);
        if (wanted.Count > 0)
            return new(wanted.ToHashSet(StringComparer.Ordinal));
        if (actor.May(Permission.ReadLogs))
            return new((IReadOnlySet<string>?)null);
        var readable = actor.Grants.Select(grant => grant.SystemId).OfType<string>().Where(system => system.Length > 0 && actor.May(Permission.ReadLogs, system)).ToHashSet(StringComparer.Ordinal);
        if (readable.Count == 0)
            actor.Demand(Permission.ReadLogs);
        return new(readable);
    }

    /// <param name="system">Null or empty: of no system.</param>
    public bool Holds(string? system) => Systems is null || (!string.IsNullOrEmpty(system) && Systems.Contains(system));
}
