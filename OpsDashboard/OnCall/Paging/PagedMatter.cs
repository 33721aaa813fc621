namespace OpsDashboard.OnCall.Paging;

/// <summary>Something for which somebody is woken.</summary>
/// <param name="Kind">What it is, one word: <c>incident</c>. Alerts are paged by themselves, as <see cref="AlertKind"/>.</param>
/// <param name="Id">Unique in its kind; of the same one only one escalation goes on at a time.</param>
/// <param name="Sentence">What is wrong, one line that a tired person understands.</param>
/// <param name="Address">The page that tells more, relative.</param>
public sealed record PagedMatter(string Kind, string Id, string SystemId, string Severity, string Sentence, string Address)
{
    public const string AlertKind = "alerts";

    /// <summary>Null: the one that the system names.</summary>
    public string? PolicyId { get; init; }
}
