using OpsDashboard.Metrics.Charts;

namespace OpsDashboard.Metrics.Collectors;

/// <param name="Unit">How numbers in the column are written; None for text.</param>
public sealed record TableColumn(string Name, Unit Unit = Unit.None);

/// <summary>Rows that a collector read and a page shows as they are: sessions, slow queries, keys. Kept by <see cref="CollectContext.KeepDocument"/>.</summary>
/// <param name="Rows">One value a column: text, number, bool or null.</param>
/// <param name="Note">What the reader must know: "no replicas", "the first 100 of 512"; null where there is nothing to say.</param>
/// <param name="At">When it was read, in milliseconds since 1970 UTC.</param>
public sealed record CollectedTable(string Title, IReadOnlyList<TableColumn> Columns, IReadOnlyList<IReadOnlyList<object?>> Rows, string? Note, long At);
