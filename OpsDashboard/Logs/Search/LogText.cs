using OpsDashboard.Access;

namespace OpsDashboard.Logs.Search;

/// <summary>One word or phrase of a search.</summary>
/// <param name="IsInside">It may begin in the middle of a word: <c>*word</c>.</param>
sealed record TextTerm(string Text, bool IsInside = false)
{
    /// <summary>Its words that an index can be asked for; all but the last are whole, the last may go on.</summary>
    public IReadOnlyList<string> Words { get; } = [.. LogWords.In(Text).Skip(IsInside && LogWords.IsWord(Text[0]) ? 1 : 0)];

    /// <summary>Whether it stands in the text, where a word begins unless it may stand inside one.</summary>
    public bool IsIn(string text, StringComparison comparison)
    {
        if (IsInside)
            return text.Contains(Text, comparison);
        for (var at = text.IndexOf(Text, comparison); at >= 0; at = at + 1 < text.Length ? text.IndexOf(Text, at + 1, comparison) : -1)
        {
            if (at == 0 || !LogWords.IsWord(Text[0]) || !LogWords.IsWord(text[at - 1]))
                return true;
        }
        return false;
    }
}

/// <summary>Any of the terms must stand in the line, or, negated, none of them.</summary>
sealed record TextClause(IReadOnlyList<TextTerm> AnyOf, bool IsNegated);

/// <summary>What was typed into the search box: <c>word "a phrase" this|that -without *inside</c>. Every clause must be met.</summary>
sealed record LogText(IReadOnlyList<TextClause> Clauses, bool CaseSensitive)
{
    const int MaxClauses = 20, MaxTerms = 50, MaxText = 1000;

    public static readonly LogText Everything = new([], false);

    /// <exception cref="InvalidInputException">It cannot be read; the message says why.</exception>
    public static LogText Parse(string? text, bool caseSensitive)
    {
        if (string.IsNullOrWhiteSpace(text))
            return Everything;
        if (text.Length > MaxText)
            throw new InvalidInputException("q", $"is longer than {MaxText} characters.");
        var clauses = new List<TextClause>();
        var at = 0;
        while (SkipSpace(text, ref at))
        {
            var isNegated = text[at] == '-' && at + 1 < text.Length && !char.IsWhiteSpace(text[at + 1]);
            if (isNegated)
                at++;
            clauses.Add(new(ReadAlternatives(text, ref at), isNegated));
        }
        if (clauses.Count > MaxClauses || clauses.Sum(clause => clause.AnyOf.Count) > MaxTerms)
            throw new InvalidInputException("q", $"has more than {MaxClauses} parts or {MaxTerms} words.");
        return new(clauses, caseSensitive);
    }

    public bool Matches(LogEntry entry)
    {
        if (Clauses.Count == 0)
            return true;
        var comparison = CaseSensitive ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
        foreach (var clause in Clauses)
        {
            if (clause.AnyOf.Any(term => IsIn(term, entry, comparison)) == clause.IsNegated)
                return false;
        }
        return true;
    }

    static bool IsIn(TextTerm term, LogEntry entry, StringComparison comparison) =>
        term.IsIn(entry.Message, comparison)
        || (entry.Event is not null && term.IsIn(entry.Event, comparison))
        || (entry.Category is not null && term.IsIn(entry.Category, comparison))
        || (entry.Component is not null && term.IsIn(entry.Component, comparison))
        || (entry.CorrelationId is { } id && (term.IsInside ? id.Contains(term.Text, comparison) : id == term.Text))
        || entry.Fields.Any(field => term.IsIn(field.Value, comparison));

    static List<TextTerm> ReadAlternatives(string text, ref int at)
    {
        var terms = new List<TextTerm>();
        do
        {
            // "a | b" is "a|b".
            while (at < text.Length && (text[at] == '|' || char.IsWhiteSpace(text[at])))
                at++;
            if (at < text.Length && ReadTerm(text, ref at) is { Text.Length: > 0 } term)
                terms.Add(term);
        }
        while (FollowsBar(text, at));
        return terms.Count > 0 ? terms : throw new InvalidInputException("q", "has an empty phrase or an \"or\" between nothing.");
    }

    static TextTerm ReadTerm(string text, ref int at)
    {
        var start = at;
        if (text[at] != '"')
        {
            while (at < text.Length && text[at] != '|' && !char.IsWhiteSpace(text[at]))
                at++;
            return Unstarred(text[start..at]);
        }
        var end = text.IndexOf('"', at + 1);
        if (end < 0)
            throw new InvalidInputException("q", $"begins a phrase at character {at + 1} and does not end it: a \" is missing.");
        at = end + 1;
        return new(text[(start + 1)..end]);
    }

    // A word may go on anyway, so a star behind it says nothing more; stars alone are looked for as they stand.
    static TextTerm Unstarred(string word) => word.Trim('*') is { Length: > 0 } bare ? new(bare, word[0] == '*') : new(word);

    static bool FollowsBar(string text, int at) => SkipSpace(text, ref at) && text[at] == '|';

    static bool SkipSpace(string text, ref int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
            at++;
        return at < text.Length;
    }
}
