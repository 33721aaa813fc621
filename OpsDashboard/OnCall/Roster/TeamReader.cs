using OpsDashboard.Catalogue;

namespace OpsDashboard.OnCall.Roster;

/// <summary>Reads <c>teams</c>: members are persons and other teams, and no team is in itself.</summary>
static class TeamReader
{
    public static IReadOnlyDictionary<string, Team> Read(YamlMap root, IReadOnlyDictionary<string, Person> people)
    {
        var (teams, entries) = (new Dictionary<string, Team>(), new Dictionary<string, YamlMap>());
        foreach (var entry in root.Maps("teams"))
        {
            var team = new Team(entry.Identifier("id"), entry.Required("name"), entry.Texts("members"), entry.Line);
            entry.RejectUnknownKeys();
            if (team.Members.Count == 0)
                entry.Report("members", $"The team `{team.Id}` has no members: nobody would be paged.", "Write `members: [ana, ben]`.");
            if (people.ContainsKey(team.Id))
                entry.Report("id", $"`{team.Id}` is a person already.", "Give the team another id.");
            else if (!teams.TryAdd(team.Id, team))
                entry.Report("id", $"`{team.Id}` stands here twice.", "Give one of them another id.");
            entries[team.Id] = entry;
        }
        foreach (var team in teams.Values)
        {
            foreach (var unknown in team.Members.Where(member => !people.ContainsKey(member) && !teams.ContainsKey(member)))
                entries[team.Id].Report("members", $"`{unknown}` is neither a person nor a team.", $"Add it under `people:`, or use one of {string.Join(", ", people.Keys)}.");
        }
        if (teams.Keys.Select(id => Circle(id, teams, [])).FirstOrDefault(circle => circle is not null) is { } found)
            entries[found[0]].Report("members", $"The teams go round in a circle: {string.Join(" → ", found)}.", "Take one of them out.");
        return teams;
    }

    static List<string>? Circle(string id, Dictionary<string, Team> teams, List<string> path)
    {
        if (path.IndexOf(id) is >= 0 and var start)
            return [.. path[start..], id];
        if (!teams.TryGetValue(id, out var team))
            return null;
        return team.Members.Select(member => Circle(member, teams, [.. path, id])).FirstOrDefault(circle => circle is not null);
    }
}
