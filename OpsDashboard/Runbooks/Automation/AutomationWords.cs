namespace OpsDashboard.Runbooks.Automation;

/// <summary>What pages say alike.</summary>
static class AutomationWords
{
    /// <summary>What a code in the page's address means; what stands there may come from anybody.</summary>
    public static string? Said(string? code) => code switch
    {
        "stopped" => "Stopped. What runs goes on; nothing new begins without a person.",
        "allowed" => "Switched on.",
        _ => null,
    };

    public static string? Problem(string? code) => code switch
    {
        "reason" => "Say why, in at most 500 characters.",
        "denied" => "Your role does not reach for that.",
        "gone" => "There is no such system or policy any more.",
        "stale" => "Somebody pressed in the same moment. Look, and press again if it still applies.",
        _ => null,
    };

    /// <summary>Where the chain of a policy leads, in one line.</summary>
    public static string Chain(AutomationPolicy policy, Func<string, string> title) =>
        $"{string.Join(", then ", policy.Runbooks.Select(title))}{(policy.Attempts > 1 ? $", each up to {policy.Attempts} times" : "")}, then a person";

    public static string State(AutomationPolicy policy, AutomationSwitches switches) => (switches.Acts(policy), switches.Allows(policy.SystemId), switches.IsOn) switch
    {
        (false, _, _) => "proposes",
        (true, false, _) => "switched on, but not allowed for the system",
        (true, true, false) => "stopped with everything",
        _ => "acts",
    };
}
