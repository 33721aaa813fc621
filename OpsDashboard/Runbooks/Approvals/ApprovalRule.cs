using OpsDashboard.Runbooks.Planning;

namespace OpsDashboard.Runbooks.Approvals;

/// <summary>Which runs need another person's yes. Pure.</summary>
public static class ApprovalRule
{
    /// <summary>How long one is waited for where the runbook says nothing else.</summary>
    public static readonly TimeSpan Within = TimeSpan.FromMinutes(15);

    /// <summary>Beginnings of names of environments that no user meets; every other one counts as production.</summary>
    static readonly string[] Rehearsals = ["simulator", "dev", "test", "staging"];

    public static bool IsProduction(string environment) => !Rehearsals.Any(name => environment.StartsWith(name, StringComparison.OrdinalIgnoreCase));

    /// <returns>How long it is waited for; null: it starts without.</returns>
    public static TimeSpan? Of(Runbook runbook, Plan plan) =>
        runbook.ApprovalWithin ?? (IsProduction(plan.Environment) && plan.Risk >= RiskClass.DataChanging ? Within : null);
}
