using OpsDashboard.Access;

namespace OpsDashboard.Logs.Search;

/// <summary>The word of the index that a line must have.</summary>
/// <param name="IsPrefix">Words that begin with it do as well.</param>
readonly record struct IndexWord(string Word, bool IsPrefix);

/// <summary>A filter made ready: what the database narrows down by, and what decides. Immutable.</summary>
sealed class LineMatch
{
    const int MaxFieldConditions = 20;

    readonly LogText text;
    readonly IReadOnlyList<IGrouping<string, string>> fields;

    LineMatch(LogFilter filter, LogText text)
    {
        (Filter, this.text) = (filter, text);
        fields = [.. filter.Fields.GroupBy(field => field.Name, field => field.Value, StringComparer.OrdinalIgnoreCase)];
    }

    public LogFilter Filter { get; }

    /// <summary>Whether the counters, kept by minute and pattern, can answer for it.</summary>
    public bool IsCounted => text.Clauses.Count == 0 && fields.Count == 0 && Filter.CorrelationId is null && Filter.Components.Count == 0;

    /// <exception cref="InvalidInputException">Every problem of the filter.</exception>
    public static LineMatch Of(LogFilter filter)
    {
        var problems = new List<FieldProblem>();
        var text = LogText.Everything;
        try
        {
            text = LogText.Parse(filter.Text, filter.CaseSensitive);
        }
        catch (InvalidInputException wrong)
        {
            problems.AddRange(wrong.Problems);
        }
        if (filter.From >= filter.To)
            problems.Add(new("from", "lies before to."));
        if (filter.Fields.Count > MaxFieldConditions)
            problems.Add(new("field", $"may stand {MaxFieldConditions} times at most."));
        if (filter.Fields.Any(field => field.Name.Length == 0))
            problems.Add(new("field", "names a field: field.room_id=7."));
        InvalidInputException.ThrowIfAny(problems);
        return new(filter, text);
    }

    public bool Matches(LogEntry entry) => text.Matches(entry) && fields.All(group => group.Any(value => Has(entry, group.Key, value)));

    /// <summary>For followers, who have no database in front: everything that the filter says but the system.</summary>
    public bool MatchesWhole(LogEntry entry) =>
        (Filter.From is not { } from || entry.At >= from)
        && (Filter.To is not { } to || entry.At < to)
        && (Filter.Levels.Count == 0 || Filter.Levels.Contains(entry.Level))
        && Any(Filter.Components, entry.Component)
        && Any(Filter.Categories, entry.Category)
        && Any(Filter.Events, entry.Event)
        && (Filter.CorrelationId is null || Filter.CorrelationId == entry.CorrelationId)
        && (Filter.Pattern is null || Filter.Pattern == entry.Pattern)
        && Matches(entry);

    /// <summary>All must be met, each by any of its alternatives, which have all of their words.</summary>
    public IReadOnlyList<IReadOnlyList<IReadOnlyList<IndexWord>>> Words()
    {
        var all = new List<IReadOnlyList<IReadOnlyList<IndexWord>>>();
        foreach (var clause in text.Clauses.Where(clause => !clause.IsNegated))
            AddAny(all, clause.AnyOf.SelectMany(Alternatives));
        foreach (var group in fields)
            AddAny(all, group.Select(value => Whole(value)));
        if (Filter.CorrelationId is { } correlation)
            all.Add([[new(LogWords.Correlation(correlation), false)]]);
        AddAny(all, Filter.Categories.Select(Whole));
        AddAny(all, Filter.Events.Select(Whole));
        // Of the usual levels there are so many lines that their mark would only cost.
        if (Filter.Levels.Count > 0 && Filter.Levels.All(level => level >= LineLevel.Warn))
            AddAny(all, Filter.Levels.Select(level => (IReadOnlyList<IndexWord>)[new(LogWords.Level(level), false)]));
        return all;
    }

    /// <summary>
    /// Texts that must stand somewhere in the line, all, each by any of its alternatives: for what may begin within a word, where no index helps. Only
    /// letters that the stored form of fields writes as they are; what has others is left to <see cref="Matches"/>.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<string>> Inside() =>
    [
        .. text.Clauses.Where(clause => !clause.IsNegated && clause.AnyOf.Any(term => term.IsInside) && clause.AnyOf.All(term => IsPlain(term.Text)))
            .Select(clause => (IReadOnlyList<string>)[.. clause.AnyOf.Select(term => term.Text)]),
    ];

    static bool IsPlain(string text) => text.All(letter => letter is >= ' ' and <= '~' and not '"' and not '\\');

    static void AddAny(List<IReadOnlyList<IReadOnlyList<IndexWord>>> all, IEnumerable<IReadOnlyList<IndexWord>> alternatives)
    {
        var any = alternatives.ToList();
        // An alternative without words is not in the index: then the index cannot narrow it down.
        if (any.Count > 0 && any.All(words => words.Count > 0))
            all.Add(any);
    }

    static IEnumerable<IReadOnlyList<IndexWord>> Alternatives(TextTerm term)
    {
        // What ends with a sign ends its last word as well.
        var isOpen = term.Text.Length > 0 && LogWords.IsWord(term.Text[^1]);
        yield return [.. term.Words.Select((word, i) => new IndexWord(word, i == term.Words.Count - 1 && (isOpen || word.Length == LogWords.MaxWord)))];
        yield return [new(LogWords.Correlation(term.Text), false)];
    }

    static IReadOnlyList<IndexWord> Whole(string value) => [.. LogWords.In(value).Select(word => new IndexWord(word, word.Length == LogWords.MaxWord))];

    // "duration_ms" means "details.duration_ms" as well.
    static bool Has(LogEntry entry, string name, string value)
    {
        foreach (var field in entry.Fields)
        {
            if (field.Value == value && field.Name.EndsWith(name, StringComparison.OrdinalIgnoreCase)
                && (field.Name.Length == name.Length || field.Name[^(name.Length + 1)] == '.'))
                return true;
        }
        return false;
    }

    static bool Any(IReadOnlyList<string> wanted, string? value) => wanted.Count == 0 || (value is not null && wanted.Contains(value, StringComparer.OrdinalIgnoreCase));
}
