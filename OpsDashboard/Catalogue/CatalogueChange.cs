using OpsDashboard.Catalogue.Reading;

namespace OpsDashboard.Catalogue;

/// <summary>What became of one file between two readings.</summary>
/// <param name="Kind">added, changed or removed.</param>
/// <param name="Diff">In the manner of <c>diff -u</c>, without secrets.</param>
public sealed record CatalogueChange(string Path, string Kind, string Diff)
{
    public static IReadOnlyList<CatalogueChange> Between(CatalogueFiles before, CatalogueFiles after)
    {
        var changes = new List<CatalogueChange>();
        foreach (var path in before.Texts.Keys.Union(after.Texts.Keys).Order(StringComparer.Ordinal))
        {
            var (old, now) = (before.Texts.GetValueOrDefault(path), after.Texts.GetValueOrDefault(path));
            if (old != now)
                changes.Add(new(path, old is null ? "added" : now is null ? "removed" : "changed", Difference(old ?? "", now ?? "")));
        }
        return changes;
    }

    // It goes into the audit log, where nothing is taken out again.
    static string Difference(string old, string now) =>
        LineDiff.Unified(SecretMask.Document(old), SecretMask.Document(now)) is { Length: > 0 } diff ? diff : "(only what is not shown here: a secret)\n";
}
