using System.Globalization;

namespace OpsDashboard.Metrics.Collectors.Heartbeats;

/// <summary>A dead man's switch: silence is the alarm.</summary>
/// <param name="WaitingSince">When the first report began to be awaited, in milliseconds.</param>
/// <param name="Last">Null where none has come.</param>
public sealed record HeartbeatState(long WaitingSince, HeartbeatReport? Last)
{
    /// <summary>Why the job counts as down, in a sentence, or null.</summary>
    public (CollectFailure Failure, string Reason)? Judge(HeartbeatOptions options, long now)
    {
        if (Last is { HasFailed: true } failed)
            return (CollectFailure.AssertionFailed, failed.Message is { Length: > 0 } message ? $"The job reported a failure: {message}" : "The job reported a failure.");
        var allowed = options.Every + options.Grace;
        var silence = TimeSpan.FromMilliseconds(now - (Last?.At ?? WaitingSince));
        if (silence <= allowed)
            return null;
        return (CollectFailure.Missed, Last is null
            ? $"The job has never reported, in {Words(silence)}."
            : $"The job is late: its last report came {Words(silence)} ago, and one is due every {Words(options.Every)}.");
    }

    static string Words(TimeSpan span) => span switch
    {
        { TotalDays: >= 2 } => span.TotalDays.ToString("0.#", CultureInfo.InvariantCulture) + " days",
        { TotalHours: >= 2 } => span.TotalHours.ToString("0.#", CultureInfo.InvariantCulture) + " h",
        { TotalMinutes: >= 2 } => span.TotalMinutes.ToString("0", CultureInfo.InvariantCulture) + " min",
        _ => span.TotalSeconds.ToString("0", CultureInfo.InvariantCulture) + " s",
    };
}
