using OpsDashboard.Audit;

namespace OpsDashboard.Logs;

/// <summary>A portion of lines, newest first.</summary>
/// <param name="Next">Cursor of what follows; null at the end.</param>
/// <param name="SearchedTo">Set where the search ended by its time limit before the page was full: lines before this have not been looked at; the cursor goes on there.</param>
public sealed record LogPage(IReadOnlyList<LogEntry> Entries, string? Next, DateTimeOffset? SearchedTo = null);

/// <summary>Lines of one level in [At, At + step).</summary>
public readonly record struct LogCount(DateTimeOffset At, LineLevel Level, long Lines);

/// <param name="Step">What the counts are apart: whole minutes.</param>
/// <param name="CountedFrom">Later than asked where the time limit ended the counting of a search by text; null: all was counted.</param>
public sealed record LogCounts(DateTimeOffset From, DateTimeOffset To, TimeSpan Step, IReadOnlyList<LogCount> Counts, DateTimeOffset? CountedFrom = null);

/// <summary>Lines that are the same but for numbers, ids and quoted parts.</summary>
/// <param name="Id">Hash of system, level, category, event and text.</param>
/// <param name="Text">The line with its changing parts as <c>*</c>.</param>
/// <param name="Lines">In the span asked for.</param>
/// <param name="FirstSeenAt">Ever, as far as the retention goes.</param>
/// <param name="UsualPerHour">Before the span asked for, over at most seven days; null where there is nothing to compare with.</param>
public sealed record LogPattern(long Id, string? SystemId, LineLevel Level, string? Category, string? Event, string Text, long Lines, DateTimeOffset FirstSeenAt, DateTimeOffset LastSeenAt,
    double? UsualPerHour, string Example, bool IsNew);

/// <param name="From">Patterns are counted by the minute: the span asked for, rounded outwards.</param>
/// <param name="IsComplete">False where there are more patterns than are kept apart.</param>
public sealed record LogPatterns(DateTimeOffset From, DateTimeOffset To, IReadOnlyList<LogPattern> Patterns, bool IsComplete);

/// <summary>
/// The way out for lines. Thread-safe. Authorizes: an actor finds the lines of systems for which they hold ReadLogs, and those of no system only with a
/// grant over all. Without any such grant, or when a system is asked for by name without it, <see cref="Access.AccessDeniedException"/>.
/// </summary>
public interface ILogQuery
{
    /// <param name="cursor"><see cref="LogPage.Next"/> of the page before, or null.</param>
    /// <exception cref="Access.InvalidInputException">The filter or the cursor makes no sense; every problem is named.</exception>
    Task<LogPage> SearchAsync(Actor actor, LogFilter filter, string? cursor, int limit, CancellationToken stop);

    /// <summary>Everything with one correlation id, across systems, oldest first; at most <see cref="MaxChain"/> lines.</summary>
    Task<IReadOnlyList<LogEntry>> ChainAsync(Actor actor, string correlationId, CancellationToken stop);

    /// <summary>One line with all its fields; null if there is none, or not for this actor.</summary>
    Task<LogEntry?> FindAsync(Actor actor, long id, CancellationToken stop);

    /// <summary>Lines by time and level. Without text, field or correlation id in the filter it reads counters, however many lines there are.</summary>
    /// <param name="bars">About so many steps.</param>
    Task<LogCounts> CountsAsync(Actor actor, LogFilter filter, int bars, CancellationToken stop);

    /// <summary>Lines grouped by pattern: those first seen since <paramref name="newSince"/> first, then the most frequent.</summary>
    Task<LogPatterns> PatternsAsync(Actor actor, LogFilter filter, DateTimeOffset newSince, int limit, CancellationToken stop);

    /// <summary>All that match, newest first, read as they are asked for; for exports.</summary>
    IAsyncEnumerable<LogEntry> ReadAsync(Actor actor, LogFilter filter, CancellationToken stop);

    /// <summary>Which of the lines that are stored from now on (<see cref="LogsAppended"/>) the actor would find by the filter; for followers. Ask again when grants may have changed.</summary>
    Predicate<LogEntry> Follow(Actor actor, LogFilter filter);

    /// <summary>The categories that the actor's lines have, in order.</summary>
    Task<IReadOnlyList<string>> CategoriesAsync(Actor actor, CancellationToken stop);

    const int MaxChain = 5000;
}
