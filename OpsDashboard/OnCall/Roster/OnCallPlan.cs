using OpsDashboard.Alerts.Routing;
using OpsDashboard.Catalogue;
using OpsDashboard.OnCall.Policies;
using OpsDashboard.OnCall.Rotations;

namespace OpsDashboard.OnCall.Roster;

/// <summary>What <c>oncall.yml</c> says: who there is, who is on duty when, and who is paged after whom. Immutable.</summary>
public sealed record OnCallPlan(IReadOnlyDictionary<string, Person> People, IReadOnlyDictionary<string, Team> Teams, IReadOnlyDictionary<string, Schedule> Schedules, IReadOnlyDictionary<string, EscalationPolicy> Policies) : IPersonalReceivers
{
    public static readonly OnCallPlan Empty = new(new Dictionary<string, Person>(), new Dictionary<string, Team>(), new Dictionary<string, Schedule>(), new Dictionary<string, EscalationPolicy>());

    /// <summary>What counts now.</summary>
    public static OnCallPlan Of(CatalogueSnapshot catalogue) => catalogue.Documents.TryGetValue(typeof(OnCallPlan), out var plan) ? (OnCallPlan)plan : Empty;

    public Receiver? Find(string name, RoutingTable table) =>
        name.StartsWith("on-call/", StringComparison.Ordinal) && People.TryGetValue(name["on-call/".Length..], out var person) ? PersonalReceiver.Of(person, table) : null;

    /// <summary>The person with this account, or null.</summary>
    public Person? PersonOf(string email) => People.Values.FirstOrDefault(person => string.Equals(person.Account, email.Trim(), StringComparison.OrdinalIgnoreCase));

    /// <summary>Everybody of a team and of the teams in it, each once.</summary>
    public IReadOnlyList<Person> MembersOf(string teamId)
    {
        var (found, seen, waiting) = (new List<Person>(), new HashSet<string>(), new Stack<string>([teamId]));
        while (waiting.TryPop(out var id))
        {
            if (!seen.Add(id))
                continue;
            if (Teams.TryGetValue(id, out var team))
                team.Members.Reverse().ToList().ForEach(waiting.Push);
            else if (People.TryGetValue(id, out var person))
                found.Add(person);
        }
        return found;
    }

    /// <summary>Whom a level pages at an instant, each once; empty where a schedule has nobody on duty.</summary>
    public IReadOnlyList<Person> Resolve(IEnumerable<PageTarget> targets, IReadOnlyCollection<ShiftOverride> overrides, DateTimeOffset at) =>
        [.. targets.SelectMany(target => Resolve(target, overrides, at)).DistinctBy(person => person.Id)];

    IEnumerable<Person> Resolve(PageTarget target, IReadOnlyCollection<ShiftOverride> overrides, DateTimeOffset at) => target.Kind switch
    {
        TargetKind.Person => People.TryGetValue(target.Id, out var person) ? [person] : [],
        TargetKind.Team => MembersOf(target.Id),
        _ => Schedules.TryGetValue(target.Id, out var schedule) && schedule.At(at, overrides).PersonId is { } id && People.TryGetValue(id, out var onDuty) ? [onDuty] : [],
    };

    public string NameOf(PageTarget target) => target.Kind switch
    {
        TargetKind.Person => People.GetValueOrDefault(target.Id)?.Name,
        TargetKind.Team => Teams.GetValueOrDefault(target.Id)?.Name,
        _ => Schedules.GetValueOrDefault(target.Id)?.Name,
    } ?? target.Id;
}
