using OpsDashboard.Alerts.Silences;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics;
using OpsDashboard.OnCall.Roster;

namespace OpsDashboard.OnCall.Policies;

/// <summary>Which policy counts for what. Made once for each reading of the catalogue; immutable.</summary>
public sealed class PolicyChoice
{
    readonly Dictionary<string, (IReadOnlyList<LabelMatcher> Matchers, EscalationPolicy Policy)[]> bySystem = [];

    public PolicyChoice(CatalogueSnapshot catalogue)
    {
        (Catalogue, Plan) = (catalogue, OnCallPlan.Of(catalogue));
        foreach (var system in catalogue.Systems)
            bySystem[system.Id] = [.. system.Escalation.Select(choice => (Read(choice.Matchers), Plan.Policies.GetValueOrDefault(choice.Policy))).Where(one => one is { Item1: not null, Item2: not null }).Select(one => (one.Item1!, one.Item2!))];
    }

    public CatalogueSnapshot Catalogue { get; }

    public OnCallPlan Plan { get; }

    /// <summary>The policy for labels of a system; null: the system names none for them, and nobody is paged.</summary>
    public EscalationPolicy? Of(string systemId, Labels labels) =>
        bySystem.TryGetValue(systemId, out var choices) ? choices.FirstOrDefault(choice => choice.Matchers.All(matcher => matcher.Matches(labels))).Policy : null;

    /// <summary>The policy for the system itself; null: it names none.</summary>
    public EscalationPolicy? Of(string systemId) => Of(systemId, Labels.From([new("system", systemId)]));

    /// <summary>Every policy that a system names, each once, in its order.</summary>
    public IReadOnlyList<EscalationPolicy> All(string systemId) => bySystem.TryGetValue(systemId, out var choices) ? [.. choices.Select(choice => choice.Policy).Distinct()] : [];

    // What cannot be read is a problem of the catalogue, said there.
    static IReadOnlyList<LabelMatcher>? Read(IReadOnlyList<string> texts)
    {
        try
        {
            return [.. texts.SelectMany(MatcherText.ParseAll)];
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
