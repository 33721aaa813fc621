namespace OpsDashboard.Catalogue.Reading;

/// <summary>Reads a <c>system.yml</c>.</summary>
static class SystemFile
{
    /// <summary>The system without targets and documents, or null where it has no usable identity.</summary>
    public static MonitoredSystem? Read(YamlMap map, string folder, IExpressionSyntax? syntax)
    {
        var id = map.Required("id");
        if (id.Length > 0 && !Names.IsSlug(id))
            map.Report("id", $"`{id}` cannot be a system's id.", Names.SlugRule);
        else if (id.Length > 0 && id != folder)
            map.Report("id", $"The id is `{id}` but the folder is `{folder}`.", "Give both the same name.");
        var system = new MonitoredSystem
        {
            Id = folder,
            Name = map.Required("name"),
            Description = map.Text("description") ?? "",
            Short = Short(map),
            Components = ReadComponents(map),
            Targets = [],
            Contacts = ReadContacts(map),
            Links = ReadLinks(map),
            Words = map.TextMap("words"),
            Affected = map.Expression("affected", syntax, isRequired: false) is { Length: > 0 } affected ? affected : null,
            RecoveryTimes = ReadRecoveryTimes(map),
            Escalation = ReadEscalation(map),
            IsOnStatusPage = map.Flag("statusPage") ?? false,
        };
        map.RejectUnknownKeys();
        return Names.IsSlug(folder) && id == folder && system.Name.Length > 0 && system.Components.Count > 0 ? system : null;
    }

    static string Short(YamlMap map)
    {
        var text = map.Required("short");
        if (text.Length > 4)
            map.Report("short", $"`{text}` is too long for narrow places.", "Use two or three letters, at most four.");
        return text;
    }

    static List<SystemComponent> ReadComponents(YamlMap map)
    {
        var components = new List<SystemComponent>();
        var entries = new Dictionary<string, YamlMap>();
        foreach (var entry in map.Maps("components"))
        {
            var component = new SystemComponent(entry.Required("id"), entry.Required("name"), entry.Required("kind"), entry.Texts("dependsOn"), entry.Text("group") ?? "");
            entry.RejectUnknownKeys();
            if (component.Id.Length == 0)
                continue;
            if (!Names.IsSlug(component.Id))
                entry.Report("id", $"`{component.Id}` cannot be a component's id.", Names.SlugRule);
            else if (!entries.TryAdd(component.Id, entry))
                entry.Report("id", $"The component `{component.Id}` stands here twice (first in line {entries[component.Id].LineOf("id")}).", "Give one of them another id.");
            else
                components.Add(component);
        }
        if (components.Count == 0)
            map.Report("components", "A system needs at least one component.", "Add `components: [{ id: api, name: API, kind: api }]`.");
        CheckDependencies(components, entries);
        return components;
    }

    static void CheckDependencies(List<SystemComponent> components, Dictionary<string, YamlMap> entries)
    {
        foreach (var component in components)
        {
            foreach (var unknown in component.DependsOn.Where(other => !entries.ContainsKey(other)))
                entries[component.Id].Report("dependsOn", $"`{component.Id}` depends on `{unknown}`, which is no component here.", $"Known components: {string.Join(", ", entries.Keys)}.");
        }
        if (DependencyCycle.Find(components) is { } cycle)
            entries[cycle[0]].Report("dependsOn", $"The dependencies go round in a circle: {string.Join(" → ", cycle)}.", "Remove one of them.");
    }

    static Dictionary<RecoveryClass, TimeSpan> ReadRecoveryTimes(YamlMap map)
    {
        var times = new Dictionary<RecoveryClass, TimeSpan>();
        if (map.Map("rto") is not { } rto)
            return times;
        foreach (var failure in Enum.GetValues<RecoveryClass>())
        {
            var key = failure.ToString().ToLowerInvariant();
            if (rto.Duration(key) is not { } time)
                continue;
            if (time <= TimeSpan.Zero)
                rto.Report(key, $"Nothing recovers within {PrometheusDuration.Format(time)}.", "Write for example `critical: 1h`.");
            times[failure] = time;
        }
        rto.RejectUnknownKeys();
        return times;
    }

    static List<EscalationChoice> ReadEscalation(YamlMap map)
    {
        var choices = new List<EscalationChoice>();
        foreach (var entry in map.Maps("escalation"))
        {
            choices.Add(new(entry.Texts("matchers"), entry.Required("policy"), entry.Line));
            entry.RejectUnknownKeys();
        }
        return choices;
    }

    static List<Contact> ReadContacts(YamlMap map)
    {
        var contacts = new List<Contact>();
        foreach (var entry in map.Maps("contacts"))
        {
            var email = entry.Text("email");
            if (email is not null && !(email.IndexOf('@') is > 0 and var at && at < email.Length - 1))
                entry.Report("email", $"`{email}` is not an address.", "Write name@example.com.");
            contacts.Add(new(entry.Required("name"), email, entry.Text("role")));
            entry.RejectUnknownKeys();
        }
        return contacts;
    }

    static List<CatalogueLink> ReadLinks(YamlMap map)
    {
        var links = new List<CatalogueLink>();
        foreach (var entry in map.Maps("links"))
        {
            var link = new CatalogueLink(entry.Required("title"), entry.Required("url"));
            entry.RejectUnknownKeys();
            // A link is shown as one to press: only addresses that a browser opens without running anything.
            if (Uri.TryCreate(link.Url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" or "mailto")
                links.Add(link);
            else if (link.Url.Length > 0)
                entry.Report("url", $"`{link.Url}` is not a link.", "Begin it with https://, http:// or mailto:.");
        }
        return links;
    }
}
