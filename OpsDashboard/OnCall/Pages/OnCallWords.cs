using OpsDashboard.OnCall.Paging;

namespace OpsDashboard.OnCall.Pages;

/// <summary>The pages' own words for what a form came to and how paging stands.</summary>
static class OnCallWords
{
    public static string? Said(string? code) => code switch
    {
        "taken" => "The time is taken over. The rotation counts again afterwards.",
        "given-back" => "The override is taken back: the rotation counts again.",
        "tested" => "A test page is on its way by each of your methods. Look whether it arrives.",
        _ => null,
    };

    public static string? Problem(string? code) => code switch
    {
        null or "" => null,
        "denied" => "Nothing was changed: you may take over a time for yourself; a commander arranges it for others.",
        "gone" => "Nothing was sent or changed: your account belongs to nobody in oncall.yml, no method can carry a page, or it is gone already.",
        "stale" => "Nothing was changed: somebody changed it meanwhile. Look at it again.",
        "person" => "Nothing was changed: choose who takes it. To choose yourself, an administrator adds you to oncall.yml with your account.",
        "from" or "to" => "Nothing was changed: the end is later than the beginning and in the future, at most 92 days later.",
        "schedule" => "Nothing was changed: there is no such schedule.",
        _ => "Nothing was changed. Look at what you entered and try again.",
    };

    public static string Standing(PagingReport report) => report switch
    {
        { Call.AcknowledgedBy: { } by } => $"{by} has it",
        { Next: { } next } => $"level {report.Level}; next: {(next.Names.Count > 0 ? string.Join(", ", next.Names) : "nobody, no one is on duty then")}",
        _ => $"level {report.Level}; nobody else is paged by time",
    };
}
