using OpsDashboard.Access;

namespace OpsDashboard.Incidents.Pages;

/// <summary>Why nothing was told; what stands in an address may come from anybody.</summary>
static class TellWords
{
    public static string? Problem(string? code) => code switch
    {
        null or "" => null,
        "denied" => "Nothing was told: your role does not allow it here. Who commands it tells others.",
        "gone" => "Nothing was told: there is nothing of that kind that you may see.",
        "state" => "Nothing was told: what it says is no longer what you saw. Look at it again.",
        "receivers" => "Nothing was told: choose a receiver, or the status page.",
        "template" => "Nothing was told: there is no such template.",
        "nextUpdateAt" => "Nothing was told: the next update is a time in the future, in UTC.",
        _ => "Nothing was told: a value is not accepted.",
    };

    public static string Of(Exception refused) => refused switch
    {
        InvalidInputException invalid => string.Join(" ", invalid.Problems.Select(problem => $"{problem.Field}: {problem.Message}")),
        NotFoundException => "There is nothing of that kind that you may see.",
        _ => refused.Message,
    };
}
