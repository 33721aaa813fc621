using OpsDashboard.Logs;

namespace OpsDashboard.Security;

/// <summary>A kind of line that tells of an attempt against a system.</summary>
/// <param name="Id">Stands in addresses and the API.</param>
/// <param name="Source">The guides' lines that ask for it.</param>
public sealed record SecuritySignal(string Id, string Title, string Meaning, LogFilter Filter, string Source);

/// <summary>The signals that the guides ask for, under the names by which their systems log them.</summary>
public static class SecuritySignals
{
    public const string Category = "security_event";

    public static readonly IReadOnlyList<SecuritySignal> All =
    [
        new("failed-logins", "Failed logins", "Wrong passwords, tokens and signatures.",
            Events("AUTH_FAILED", "authentication_failed", "unauthorized", "login_failed"), "CG:285, LT:162, LT:356"),
        new("suspicious", "Suspicious activity", "What the systems themselves found suspicious.",
            Events("SUSPICIOUS", "suspicious_activity", "suspicious_pattern"), "CG:291, LT:163, QN:36"),
        new("denied-requests", "401 and 403", "Requests that web servers refused.",
            new() { Categories = ["access"], Fields = [new("status", "401"), new("status", "403")] }, "CG:81, CG:297"),
        new("denied-permissions", "Permission denials", "Signed in, but not allowed to.",
            Events("CASE_ACCESS_DENIED", "access_denied", "permission_denied"), "CG:300, LT:164"),
        new("balance-manipulation", "Balance manipulation", "Balances in requests that differ from the ledger.",
            Events("BALANCE_MANIPULATION"), "CG:303"),
        new("rate-limits", "Rate-limit violations", "Addresses that ask more often than they may.",
            Events("rate_limit_violation", "rate_limited", "RATE_LIMITED", "rate_limit_exceeded"), "LT:163, LT:357"),
    ];

    static LogFilter Events(params IReadOnlyList<string> events) => new() { Events = [.. events.Distinct(StringComparer.OrdinalIgnoreCase)] };
}
