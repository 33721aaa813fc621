namespace OpsDashboard.Incidents.Pages;

/// <summary>What the page says after a plain form led back to it; what stands in an address may come from anybody.</summary>
static class ReviewPageWords
{
    public static string? Said(string? code) => code switch
    {
        "write" => "Kept.",
        "assign" => "They write it.",
        "finish" => "The review is finished.",
        "action" => "The action item is there.",
        "done" => "Done.",
        _ => null,
    };

    public static string? Problem(string? code) => code switch
    {
        null or "" => null,
        "stale" => "Nothing was overwritten: somebody wrote meanwhile, and this is what they wrote. Your text is still in the form one page back; copy what is missing.",
        "summary" or "cause" => "Not finished: write what happened (summary) and why (cause), at most 10,000 characters each, and keep them first.",
        "owner" => "Nothing was changed: choose somebody who may handle incidents of the system.",
        "dueAt" => "Nothing was changed: write until when, in UTC.",
        "text" => "Nothing was changed: say what is to be done.",
        "state" => "Nothing was changed: the review is finished, or the incident is open again.",
        "denied" => "Nothing was changed: who writes the review, or a commander of the system, does that.",
        _ => "Nothing was changed: a value is not accepted.",
    };
}
