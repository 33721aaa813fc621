namespace OpsDashboard.Logs;

/// <summary>A search of the guides that people open by its name.</summary>
/// <param name="Id">Stands in addresses: <c>/logs?saved=auth-failed</c>.</param>
/// <param name="Limit">How many of the newest lines the guide asks for.</param>
/// <param name="IsSecurity">Belongs on the page of security signals.</param>
public sealed record SavedSearch(string Id, string Title, LogFilter Filter, int Limit, bool IsSecurity);

/// <summary>The one place where they are defined.</summary>
public static class SavedSearches
{
    public static readonly IReadOnlyList<SavedSearch> All =
    [
        new("denied-requests", "401/403", new() { Fields = [new("status", "401"), new("status", "403")] }, 100, IsSecurity: true),
        new("auth-failed", "AUTH_FAILED", new() { Text = "AUTH_FAILED" }, 50, IsSecurity: true),
        new("suspicious", "SUSPICIOUS", new() { Text = "SUSPICIOUS" }, 20, IsSecurity: true),
        new("case-access-denied", "CASE_ACCESS_DENIED", new() { Text = "CASE_ACCESS_DENIED" }, 20, IsSecurity: true),
        new("balance-manipulation", "BALANCE_MANIPULATION", new() { Text = "BALANCE_MANIPULATION" }, 10, IsSecurity: true),
        new("errors", "ERROR", new LogFilter().WithMinLevel(LineLevel.Error), 100, IsSecurity: false),
        new("recovery-success", "RECOVERY_SUCCESS", new() { Text = "RECOVERY_SUCCESS" }, 100, IsSecurity: false),
        new("security", "security|auth|unauthorized", new() { Text = "security|auth|unauthorized" }, 100, IsSecurity: true),
    ];

    public static SavedSearch? Find(string? id) => All.FirstOrDefault(search => search.Id == id);
}
