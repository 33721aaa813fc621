using OpsDashboard.Access;
using OpsDashboard.OnCall.Roster;
using OpsDashboard.Storage;

namespace OpsDashboard.OnCall.Rotations;

/// <summary>An override as somebody asks for it.</summary>
/// <param name="Person">Null: whoever asks.</param>
public sealed record OverrideInput(string? Schedule, string? Person, DateTimeOffset? From, DateTimeOffset? To, string? Reason = null)
{
    /// <summary>A longer absence is a change of the rotation: it belongs into the file.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(92);

    internal (Schedule Schedule, Person Person, DateTimeOffset From, DateTimeOffset To) Validate(OnCallPlan plan, Person? own, DateTimeOffset now)
    {
        var problems = new List<FieldProblem>();
        var schedule = plan.Schedules.GetValueOrDefault(Schedule ?? "");
        var person = string.IsNullOrEmpty(Person) ? own : plan.People.GetValueOrDefault(Person);
        if (schedule is null)
            problems.Add(new("schedule", "is the id of a schedule of oncall.yml."));
        if (person is null)
            problems.Add(new("person", string.IsNullOrEmpty(Person) ? "is missing: your account belongs to nobody in oncall.yml. An administrator adds you under `people:` with your `account:`." : "is the id of a person of oncall.yml."));
        if (From is null)
            problems.Add(new("from", "is an instant."));
        if (To is null || To <= now)
            problems.Add(new("to", "is an instant in the future."));
        else if (To <= From)
            problems.Add(new("to", "is later than the beginning."));
        else if (To - From > Longest)
            problems.Add(new("to", $"is at most {Longest.TotalDays:0} days later: change the rotation in oncall.yml for longer."));
        if (Reason?.Length > ShiftOverride.MaxReason)
            problems.Add(new("reason", $"has at most {ShiftOverride.MaxReason} characters."));
        InvalidInputException.ThrowIfAny(problems);
        return (schedule!, person!, Cut(From!.Value), Cut(To!.Value));
    }

    static DateTimeOffset Cut(DateTimeOffset at) => Instant.FromMicroseconds(Instant.ToMicroseconds(at));
}
