namespace OpsDashboard.Metrics.Store;

/// <summary>Which series carry which label: name → value → the series' numbers, ascending. The owner guards it.</summary>
sealed class Postings
{
    const int MuchShorter = 16;

    readonly List<int> all = [];
    readonly Dictionary<string, Dictionary<string, List<int>>> byName = [];

    /// <summary>Adds a series whose number is greater than all before it.</summary>
    public void Add(Labels labels, int ordinal)
    {
        all.Add(ordinal);
        foreach (ref readonly var label in labels.AsSpan())
        {
            if (!byName.TryGetValue(label.Name, out var values))
                byName[label.Name] = values = [];
            if (!values.TryGetValue(label.Value, out var list))
                values[label.Value] = list = [];
            list.Add(ordinal);
        }
    }

    public void Remove(Labels labels, int ordinal)
    {
        Remove(all, ordinal);
        foreach (ref readonly var label in labels.AsSpan())
        {
            var values = byName[label.Name];
            var list = values[label.Value];
            Remove(list, ordinal);
            if (list.Count == 0)
                values.Remove(label.Value);
            if (values.Count == 0)
                byName.Remove(label.Name);
        }
    }

    /// <summary>
    /// The series that satisfy all matchers. As in Prometheus' PostingsForMatchers: a matcher that the empty string satisfies
    /// takes away those whose value does not satisfy it, so that series without the label stay.
    /// </summary>
    public List<int> Select(IReadOnlyList<LabelMatcher> matchers)
    {
        List<int>? selected = null;
        foreach (var matcher in matchers)
        {
            if (matcher.Matches((string?)null))
                continue;
            var having = Having(matcher, satisfied: true);
            selected = selected is null ? having : Intersect(selected, having);
            if (selected.Count == 0)
                return selected;
        }
        selected ??= all;
        foreach (var matcher in matchers)
        {
            if (matcher.Matches((string?)null))
                selected = Subtract(selected, Having(matcher, satisfied: false));
        }
        return ReferenceEquals(selected, all) || matchers.Count == 1 ? [.. selected] : selected;
    }

    /// <summary>The series whose value of the label satisfies the matcher, or does not.</summary>
    List<int> Having(LabelMatcher matcher, bool satisfied)
    {
        if (!byName.TryGetValue(matcher.Name, out var values))
            return [];
        if (satisfied && matcher.Kind == MatchKind.Equal)
            return values.GetValueOrDefault(matcher.Value) ?? [];
        var lists = values.Where(pair => matcher.Matches(pair.Key) == satisfied).Select(pair => pair.Value).ToList();
        if (lists.Count == 1)
            return lists[0];
        var union = new List<int>(lists.Sum(list => list.Count));
        foreach (var list in lists)
            union.AddRange(list);
        union.Sort();
        return union;
    }

    static List<int> Intersect(List<int> left, List<int> right)
    {
        if (left.Count > right.Count)
            (left, right) = (right, left);
        // One series of a metric with thousands: looking each up beats walking through all.
        if (left.Count * (long)MuchShorter < right.Count)
            return left.FindAll(ordinal => right.BinarySearch(ordinal) >= 0);
        var both = new List<int>(Math.Min(left.Count, right.Count));
        int i = 0, j = 0;
        while (i < left.Count && j < right.Count)
        {
            if (left[i] == right[j])
            {
                both.Add(left[i++]);
                j++;
            }
            else if (left[i] < right[j])
            {
                i++;
            }
            else
            {
                j++;
            }
        }
        return both;
    }

    static List<int> Subtract(List<int> from, List<int> what)
    {
        if (what.Count == 0)
            return from;
        var rest = new List<int>(from.Count);
        var j = 0;
        foreach (var ordinal in from)
        {
            while (j < what.Count && what[j] < ordinal)
                j++;
            if (j == what.Count || what[j] != ordinal)
                rest.Add(ordinal);
        }
        return rest;
    }

    static void Remove(List<int> list, int ordinal)
    {
        var place = list.BinarySearch(ordinal);
        if (place >= 0)
            list.RemoveAt(place);
    }
}
