namespace OpsDashboard.Incidents.Pages;

/// <summary>What the page says after a plain form led back to it; what stands in an address may come from anybody.</summary>
static class IncidentPageWords
{
    public static string? Said(string? code) => code switch
    {
        "take" => "It is yours.",
        "offer" => "Asked. It goes over when it is accepted.",
        "accept" => "Accepted: it is yours from now on.",
        "decline-role" => "They know.",
        "leave" => "Nobody has it now.",
        "status" => "The status is changed.",
        "severity" => "The severity is changed.",
        "resolve" => "Resolved. Its review is waiting.",
        "reopen" => "It is open again.",
        "note" => "Written down.",
        "chat" => "The chat is on the timeline.",
        "impact" => "Everybody sees it.",
        "began" => "The clock runs from there.",
        "bridge" => "Everybody sees where.",
        "put-off" => "Not now; the reason is on the timeline.",
        "phases" => "These phases are followed now.",
        "tick" => "Kept.",
        "task" => "The task is there.",
        "accept-task" => "The task is yours.",
        "finish-task" => "Done.",
        "merge" => "It goes on there.",
        "link" => "They know of each other.",
        "update" => "Told: see the timeline for who was reached.",
        "exists" => "There was one already: this is it.",
        _ => null,
    };

    public static string? Problem(string? code) => code switch
    {
        null or "" => null,
        "denied" => "Nothing was changed: your role does not allow it here. Whoever commands the incident has these buttons.",
        "gone" => "Nothing was changed: there is no such incident that you may see.",
        "state" => "Nothing was changed: the incident is not any more where it was when you pressed.",
        "stale" => "Nothing was changed: somebody changed it meanwhile. Look at it, and press again.",
        "exists" => "Nothing was changed: the alert belongs to another incident.",
        "note" or "reason" or "text" => "Nothing was changed: say it in a sentence.",
        "restoredAt" => "Nothing was changed: say since when users are no longer hit.",
        "beganAt" or "eta" or "dueAt" => "Nothing was changed: write a time, in UTC.",
        "chat" => "Nothing was changed: no line begins with a time.",
        "incident" => "Nothing was changed: write the number of an incident that you may see.",
        "to" or "owner" => "Nothing was changed: choose somebody who may handle incidents of the system.",
        "bridge" => "Nothing was changed: the bridge is an https:// or tel: address.",
        "title" => "Nothing was opened: say in a few words what is broken.",
        "system" => "Nothing was opened: choose a system.",
        "severity" => "Nothing was changed: choose how bad it is.",
        _ => "Nothing was changed: a value is not accepted.",
    };
}
