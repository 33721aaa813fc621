using OpsDashboard.OnCall.Roster;
using Xunit;

namespace OpsDashboard.Tests.OnCall.Roster;

public sealed class OnCallFileTests
{
    static string[] Problems(string plan, string? system = null) => [.. OnCallText.Read(plan, system: system).Problems.Select(problem => $"{problem.File}:{problem.Line}: {problem.Message}")];

    [Fact]
    public void Plan_Whole_HasNoProblem() => Assert.Empty(Problems(OnCallText.Plan));

    [Theory]
    [InlineData("members: [ana, cy]", "members: [ana, cyd]", "oncall.yml:6: `cyd` is neither a person nor a team.")]
    [InlineData("members: [ana, cy]", "members: [ana, all]", "oncall.yml:6: The teams go round in a circle: all → all.")]
    [InlineData("methods: [\"receiver:cy\"]", "methods: []", "oncall.yml:4: `cy` cannot be reached: there is no contact method.")]
    [InlineData("methods: [\"receiver:cy\"]", "methods: [\"receiver:nope\"]", "oncall.yml:4: `receiver:nope` is no contact method, or a receiver that is not in alertmanager.yml.")]
    [InlineData("timeZone: Europe/Berlin", "timeZone: Mars/Base", "oncall.yml:8: `Mars/Base` is no time zone.")]
    [InlineData("handOver: \"09:00\"", "handOver: \"25:00\"", "oncall.yml:8: `handOver: 25:00` is no time of day.")]
    [InlineData("rotations: [{ members: [ana]", "rotations: [{ members: [dora]", "oncall.yml:8: There is no person `dora`.")]
    [InlineData("length: week", "length: 90m", "oncall.yml:8: `length: 90m` is no whole number of days.")]
    [InlineData("{ schedule: first }", "{ after: 5m, schedule: first }", "oncall.yml:12: Nobody is paged for the first 5m: the first level comes at once.")]
    [InlineData("after: 2h", "after: 30m", "oncall.yml:12: The level comes after 30m, not later than the one before.")]
    [InlineData("{ after: 30m, person: ben }", "{ person: ben }", "oncall.yml:12: A level that comes by time stands behind one that does not.")]
    [InlineData("person: ben", "person: dora", "oncall.yml:12: There is no person `dora`.")]
    public void Plan_WithOneThingWrong_SaysItsPlace(string good, string bad, string problem)
    {
        Assert.Contains(good, OnCallText.Plan);
        Assert.Contains(problem, Problems(OnCallText.Plan.Replace(good, bad, StringComparison.Ordinal)));
    }

    [Fact]
    public void Schedule_WithHoursOnly_WarnsOfItsGaps()
    {
        var plan = OnCallText.Plan.Replace("weekday: monday }", "weekday: monday, hours: { from: \"08:00\", to: \"20:00\" } }", StringComparison.Ordinal);
        Assert.Contains("oncall.yml:8: Nobody is on duty in `first` for 84 hours of a week, first on Monday 00:00.", Problems(plan));
    }

    [Theory]
    [InlineData("[{ policy: nope }]", "There is no policy `nope` in oncall.yml.")]
    [InlineData("[{ policy: timed }, { matchers: ['a=\"b\"'], policy: timed }]", "What stands below an entry without matchers never counts.")]
    [InlineData("[{ matchers: ['a~b'], policy: timed }]", "`a~b` is no matcher.")]
    public void Escalation_OfASystem_IsHeldAgainstThePlan(string escalation, string problem) =>
        Assert.Contains(Problems(OnCallText.Plan, OnCallText.System(escalation)), said => said.StartsWith("shop/system.yml:5: " + problem, StringComparison.Ordinal));

    [Fact]
    public void Team_WithinATeam_HasEverybodyOnce()
    {
        var plan = OnCallPlan.Of(OnCallText.Snapshot(OnCallText.Plan.Replace("schedules:", "  - { id: outer, name: Outer, members: [all, ben, ana] }\nschedules:", StringComparison.Ordinal)));
        Assert.Equal(["ana", "cy", "ben"], plan.MembersOf("outer").Select(person => person.Id));
    }
}
