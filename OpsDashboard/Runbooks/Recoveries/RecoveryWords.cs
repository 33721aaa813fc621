using OpsDashboard.Catalogue;
using OpsDashboard.Ui;

namespace OpsDashboard.Runbooks.Recoveries;

/// <summary>What pages say of recoveries alike.</summary>
public static class RecoveryWords
{
    public static string Of(RecoveryClass failure) => failure switch
    {
        RecoveryClass.Critical => "critical: the whole system is down",
        RecoveryClass.Important => "important: one part of it is down",
        _ => "normal: it works, but badly",
    };

    public static string Of(RecoveryObjective objective) => objective.Within is { } within ? $"{RunWords.Short(within)} ({Of(objective.Class)})" : $"none is set ({Of(objective.Class)})";

    public static string Sentence(Recovery recovery)
    {
        var (took, rto) = (RunWords.Short(recovery.Took), recovery.Aim.Objective.Within is { } within ? $"{RunWords.Short(within)} RTO" : "");
        return recovery.Verdict switch
        {
            RecoveryVerdict.Within => $"Took {took} of {rto}.",
            RecoveryVerdict.Over => $"Took {took} of {rto}: {RunWords.Short(recovery.Took - recovery.Aim.Objective.Within!.Value)} too long.",
            RecoveryVerdict.NoObjective => $"Took {took}; no RTO is set here for what it recovers.",
            _ => rto.Length > 0 ? $"It is not recovered: {took} of {rto} had passed at the end." : $"It is not recovered: {took} had passed at the end.",
        };
    }

    public static string Word(RecoveryVerdict verdict) => verdict switch
    {
        RecoveryVerdict.Within => "within RTO",
        RecoveryVerdict.Over => "over RTO",
        RecoveryVerdict.NoObjective => "no RTO",
        _ => "not recovered",
    };

    public static Tone ToneOf(RecoveryVerdict verdict) => verdict switch
    {
        RecoveryVerdict.Within => Tone.Ok,
        RecoveryVerdict.Over or RecoveryVerdict.NotRecovered => Tone.Warning,
        _ => Tone.Plain,
    };
}
