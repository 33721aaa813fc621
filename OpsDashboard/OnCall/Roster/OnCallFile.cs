using OpsDashboard.Alerts.Routing;
using OpsDashboard.Alerts.Silences;
using OpsDashboard.Catalogue;
using OpsDashboard.OnCall.Policies;

namespace OpsDashboard.OnCall.Roster;

/// <summary>Reads <c>oncall.yml</c>, explained in OnCall/README.md. What could leave somebody unpaged is an error here, before it matters.</summary>
sealed class OnCallFile : IRootDocument
{
    public string FileName => "oncall.yml";

    public Type DocumentType => typeof(OnCallPlan);

    public object Read(YamlMap root, IReadOnlyDictionary<Type, object> before)
    {
        var receivers = before.TryGetValue(typeof(RoutingTable), out var table) ? ((RoutingTable)table).Receivers : RoutingTable.Default.Receivers;
        var people = ById(root, "people", entry => PersonReader.Read(entry, receivers), person => person.Id);
        var teams = TeamReader.Read(root, people);
        var schedules = ById(root, "schedules", entry => ScheduleReader.Read(entry, people), schedule => schedule.Id);
        var policies = ById(root, "policies", entry => new PolicyReader(people, teams, schedules).Read(entry), policy => policy.Id);
        return new OnCallPlan(people, teams, schedules, policies);
    }

    public void Check(object? document, bool isThere, IReadOnlyList<MonitoredSystem> systems, ICollection<CatalogueProblem> problems)
    {
        // A broken file has said what is wrong with it; its policies cannot be known.
        if (document is null && isThere)
            return;
        var policies = (document as OnCallPlan ?? OnCallPlan.Empty).Policies;
        foreach (var system in systems)
        {
            for (var index = 0; index < system.Escalation.Count; index++)
                Check(system, index, policies, problems);
        }
    }

    static void Check(MonitoredSystem system, int index, IReadOnlyDictionary<string, EscalationPolicy> policies, ICollection<CatalogueProblem> problems)
    {
        var (choice, file) = (system.Escalation[index], $"{system.Id}/system.yml");
        if (choice.Policy.Length > 0 && !policies.ContainsKey(choice.Policy))
            problems.Add(new(file, choice.Line, $"There is no policy `{choice.Policy}` in oncall.yml.", policies.Count == 0 ? "Add it under `policies:`." : $"Use one of {string.Join(", ", policies.Keys)}."));
        if (choice.Matchers.Count == 0 && index + 1 < system.Escalation.Count)
            problems.Add(new(file, system.Escalation[index + 1].Line, "What stands below an entry without matchers never counts.", "Put the entry without `matchers:` last."));
        foreach (var text in choice.Matchers)
        {
            try
            {
                MatcherText.ParseAll(text);
            }
            catch (FormatException wrong)
            {
                problems.Add(new(file, choice.Line, wrong.Message, "Write for example `matchers: ['component=\"database\"']`."));
            }
        }
    }

    static Dictionary<string, T> ById<T>(YamlMap root, string key, Func<YamlMap, T?> read, Func<T, string> id) where T : class
    {
        var found = new Dictionary<string, T>();
        foreach (var entry in root.Maps(key))
        {
            var one = read(entry);
            entry.RejectUnknownKeys();
            if (one is not null && id(one).Length > 0 && !found.TryAdd(id(one), one))
                entry.Report("id", $"`{id(one)}` stands here twice.", "Give one of them another id.");
        }
        return found;
    }
}
