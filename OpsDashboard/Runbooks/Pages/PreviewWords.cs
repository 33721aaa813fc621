namespace OpsDashboard.Runbooks.Pages;

/// <summary>What the pages say for a code in their address; what stands there may come from anybody.</summary>
static class PreviewWords
{
    public static string? Problem(string? code, string? held) => code switch
    {
        null or "" => null,
        "changed" => "Nothing was started: it would not do any more what you confirmed. Look at the plan again.",
        "held" => $"Nothing was started: another run works on the same{(held is null ? "." : ", until it ends.")}",
        "typedName" => "Nothing was started: the name was not typed as it is written.",
        "plan" => "Nothing was started: it cannot run here. The plan says why.",
        "denied" => "Nothing was started: your role does not allow it here.",
        "gone" => "Nothing was started: there is no such runbook or alert that you may see.",
        "key" => "Nothing was started: load the page again.",
        _ => "Nothing was started: a value is not accepted.",
    };

    public static string? Said(string? code) => code switch
    {
        "abort" => "Its end is asked for.",
        "resume" => "It goes on.",
        "skip" => "The step is skipped; it goes on.",
        "answer" => "The answer is kept; it goes on.",
        "check" => "The check was asked.",
        "compensate" => "What was done is being undone.",
        _ => null,
    };

    public static string? RunProblem(string? code) => code switch
    {
        null or "" => null,
        "state" => "Nothing was changed: the run is not any more where it was when you pressed.",
        "held" => "Nothing was changed: another run works on the same meanwhile.",
        "denied" => "Nothing was changed: your role does not allow it here.",
        "gone" => "Nothing was changed: there is no such run that you may see.",
        "reason" => "Nothing was changed: say why, in at most 500 characters.",
        "evidence" => "Nothing was changed: write down what you saw, in at most 500 characters.",
        "choice" => "Nothing was changed: choose one of the answers.",
        _ => "Nothing was changed.",
    };
}
