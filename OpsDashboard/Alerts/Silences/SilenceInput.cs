using OpsDashboard.Access;
using OpsDashboard.Metrics;

namespace OpsDashboard.Alerts.Silences;

/// <param name="Matchers">Each as Alertmanager writes it, e.g. <c>system="case-opening"</c>; all must match.</param>
/// <param name="StartsAt">Null: now.</param>
/// <param name="Reason">Why; required, because somebody will ask.</param>
public sealed record SilenceInput(IReadOnlyList<string>? Matchers, DateTimeOffset? StartsAt, DateTimeOffset? EndsAt, string? Reason, WeeklyWindow? Weekly = null, SilenceKind Kind = SilenceKind.Silence)
{
    public const int MaxMatchers = 32, MaxReason = 2000;
    static readonly TimeSpan Longest = TimeSpan.FromDays(366), LongestRecurring = TimeSpan.FromDays(5 * 366);

    /// <summary>The matchers, each problem added to the list.</summary>
    public IReadOnlyList<LabelMatcher> Read(ICollection<FieldProblem> problems)
    {
        var read = new List<LabelMatcher>();
        foreach (var (text, index) in (Matchers ?? []).Select((text, index) => (text, index)))
        {
            try
            {
                read.AddRange(MatcherText.ParseAll(text));
            }
            catch (FormatException wrong)
            {
                problems.Add(new($"matchers[{index}]", wrong.Message));
            }
        }
        if (problems.Count == 0 && read.All(MatcherText.MatchesAbsence))
            problems.Add(new("matchers", "needs at least one matcher that an alert without the label does not match; otherwise everything would be silenced."));
        if (read.Count > MaxMatchers)
            problems.Add(new("matchers", $"has at most {MaxMatchers} entries."));
        return read;
    }

    /// <exception cref="InvalidInputException" />
    public IReadOnlyList<LabelMatcher> Validate(DateTimeOffset now)
    {
        var problems = new List<FieldProblem>();
        var matchers = Read(problems);
        if (string.IsNullOrWhiteSpace(Reason))
            problems.Add(new("reason", "is required: say why."));
        else if (Reason.Length > MaxReason)
            problems.Add(new("reason", $"has at most {MaxReason} characters."));
        var starts = StartsAt ?? now;
        if (EndsAt is not { } ends)
            problems.Add(new("endsAt", "is required: a silence ends by itself."));
        else if (ends <= now)
            problems.Add(new("endsAt", "lies in the past."));
        else if (ends <= starts)
            problems.Add(new("endsAt", "comes before the start."));
        else if (ends - starts > (Weekly is null ? Longest : LongestRecurring))
            problems.Add(new("endsAt", Weekly is null ? "is at most a year after the start." : "is at most five years after the start."));
        problems.AddRange(Weekly?.Check() ?? []);
        InvalidInputException.ThrowIfAny(problems);
        return matchers;
    }
}

/// <summary>What a silence would do now.</summary>
/// <param name="Alerts">Open alerts that the actor may read and that it would silence, worst first.</param>
/// <param name="Others">How many more there are that the actor may not read.</param>
public sealed record SilencePreview(IReadOnlyList<Alert> Alerts, int Others);
