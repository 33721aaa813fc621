using OpsDashboard.Access;
using OpsDashboard.Alerts.Silences;
using OpsDashboard.Catalogue;

namespace OpsDashboard.Alerts.Pages;

/// <summary>The form of a silence as it is typed. Not thread-safe; belongs to one page.</summary>
sealed class SilenceDraft
{
    public static readonly IReadOnlyList<string> Usual = ["30m", "2h", "8h", "1d"];

    public string Matchers { get; set; } = "";
    public SilenceKind Kind { get; set; }
    /// <summary>In UTC; null: now.</summary>
    public DateTime? Starts { get; set; }
    public string Duration { get; set; } = "2h";
    public string Reason { get; set; } = "";
    public HashSet<DayOfWeek> Days { get; } = [];
    public TimeOnly From { get; set; } = new(2, 0);
    public TimeOnly To { get; set; } = new(4, 0);
    public string TimeZone { get; set; } = "UTC";

    public static IEnumerable<DayOfWeek> Week => Enumerable.Range(1, 7).Select(day => (DayOfWeek)(day % 7));

    public bool IsEmpty => string.IsNullOrWhiteSpace(Matchers);

    /// <exception cref="InvalidInputException">A field cannot be read; what it says is for the domain to judge.</exception>
    public SilenceInput Read(DateTimeOffset now)
    {
        var problems = new List<FieldProblem>();
        var length = PrometheusDuration.TryParse(Duration.Trim());
        if (length is null || length <= TimeSpan.Zero)
            problems.Add(new("endsAt", "is a duration such as 2h, 30m or 1d."));
        DateTimeOffset? starts = Starts is { } at ? new(DateTime.SpecifyKind(at, DateTimeKind.Utc)) : null;
        var weekly = Days.Count == 0 ? null : new WeeklyWindow([.. Week.Where(Days.Contains)], From, To, TimeZone.Trim());
        InvalidInputException.ThrowIfAny(problems);
        return new(Matchers.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries), starts, (starts ?? now) + length!.Value, Reason, weekly, Kind);
    }
}
