using OpsDashboard.Audit;

namespace OpsDashboard.Shell.AccountPages;

static class GrantWords
{
    public static string Of(IReadOnlyList<Grant> grants) =>
        grants.Count == 0 ? "nothing" : string.Join(", ", grants.Select(grant => $"{grant.Role.ToString().ToLowerInvariant()} of {grant.SystemId ?? "all systems"}"));
}
