namespace OpsDashboard.Runbooks.Pages;

/// <summary>What the pages say for a code in their address; what stands there may come from anybody.</summary>
static class PreviewWords
{
    public static string? Problem(string? code, string? held) => code switch
    {
        null or "" => null,
        "old" or "glass-old" => "Nothing was started: you looked at the plan more than five minutes ago. Look at it again.",
        "seal" or "glass-seal" => "Nothing was started: load the page again and look at the plan.",
        "glass-changed" => "Nothing was started: it would not do any more what you confirmed. Look at the plan again.",
        "glass-reason" => "Nothing was started: say why there is nobody to ask, in at most 500 characters.",
        "glass-typedName" => "Nothing was started: the runbook's name was not typed as it is written.",
        "glass-password" => "Nothing was started: the password is missing or wrong, or your account is locked for a few minutes. An account without a password signs in anew with a one-time link.",
        "glass-breakGlass" => "Nothing was started: it needs no approval; start it as usual.",
        "glass-denied" => "Nothing was started: breaking the glass takes a person with the role commander for this system.",
        "changed" => "Nothing was started: it would not do any more what you confirmed. Look at the plan again.",
        "held" => "Nothing was started: the same is being done already, with the same values, or too many stand in line.",
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
        "confirm" => "It begins in a moment.",
        "break-lock" => "The lock is broken; the run goes on without it.",
        "review" => "Reviewed: thank you for looking.",
        "approve" => "Approved: it begins in a moment.",
        "approve-step" => "Approved: it goes on in a moment.",
        "refuse" => "Refused: no step ran.",
        "refuse-step" => "Refused: it does not go on behind this step.",
        "compensate" => "What was done is being undone.",
        _ => null,
    };

    public static string? RunProblem(string? code) => code switch
    {
        null or "" => null,
        "changed" => "It was not let go: it would not do any more what was confirmed.",
        "sentence" => "Nothing was changed: say in a sentence what came of looking at it.",
        "plan" => "It was not let go: load the page again and look at the plan.",
        "state" => "Nothing was changed: the run is not any more where it was when you pressed.",
        "held" => "Nothing was changed: another run works on the same meanwhile.",
        "denied" => "Nothing was changed: your role does not allow it here.",
        "gone" => "Nothing was changed: there is no such run that you may see.",
        "reason" => "Nothing was changed: say why, in at most 500 characters.",
        "evidence" => "Nothing was changed: write down what you saw, in at most 500 characters.",
        "attempt" or "step" => "Nothing was changed: load the page again and look at what it asks.",
        "choice" => "Nothing was changed: choose one of the answers.",
        _ => "Nothing was changed.",
    };
}
