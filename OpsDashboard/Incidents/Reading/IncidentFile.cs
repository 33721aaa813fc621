using OpsDashboard.Alerts.Silences;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics;
using OpsDashboard.Runbooks;

namespace OpsDashboard.Incidents.Reading;

/// <summary>
/// Reads an <c>incidents.yml</c>:
/// <code>
/// open:                           # alerts that open an incident by themselves; the first that fits
///   - matchers: ['severity="critical"']
///     severity: critical          # critical, high, medium, low
///     template: outage
/// updates: { critical: 15m, high: 30m, medium: 1h, low: 4h }
/// roles: { critical: [commander, communications, scribe] }
/// bridge: https://meet.example.com/ops
/// templates:
///   - id: outage
///     title: Complete outage
///     phases:
///       - name: Assessment
///         steps:
///           - { text: Look at what changed }
///           - { text: Restart the server, runbook: restart-server }
/// </code>
/// </summary>
public sealed class IncidentFile : ICatalogueDocument
{
    static readonly TimeSpan LeastPace = TimeSpan.FromMinutes(1);

    public string FileName => "incidents.yml";

    public Type DocumentType => typeof(IncidentDocument);

    public object Read(YamlMap root, MonitoredSystem system)
    {
        var templates = new List<PhaseTemplate>();
        foreach (var entry in root.Maps("templates"))
        {
            var template = ReadTemplate(entry);
            entry.RejectUnknownKeys();
            if (templates.Any(known => known.Id == template.Id))
                entry.Report("id", $"There are two templates `{template.Id}`.", "Give each an id of its own.");
            templates.Add(template);
        }
        return new IncidentDocument
        {
            Policies = [.. root.Maps("open").Select(entry => ReadPolicy(entry, templates))],
            Templates = templates,
            Pace = ReadPace(root.Map("updates")),
            Required = ReadRoles(root.Map("roles")),
            Bridge = ReadBridge(root),
        };
    }

    /// <summary>Steps name runbooks that are there.</summary>
    public void Check(MonitoredSystem system, ICollection<CatalogueProblem> problems)
    {
        var runbooks = system.Document<RunbookDocument>() ?? RunbookDocument.Empty;
        foreach (var template in (system.Document<IncidentDocument>() ?? IncidentDocument.Usual).Templates)
        {
            foreach (var step in template.Phases.SelectMany(phase => phase.Steps).Where(step => step.Runbook is not null && runbooks.Find(step.Runbook) is null))
                problems.Add(new($"{system.Id}/{FileName}", 1, $"`{template.Id}`: there is no runbook `{step.Runbook}`.", $"Add {system.Id}/runbooks/{step.Runbook}.yml, or remove the name."));
        }
    }

    static OpenPolicy ReadPolicy(YamlMap entry, IReadOnlyList<PhaseTemplate> templates)
    {
        var matchers = new List<LabelMatcher>();
        foreach (var text in entry.Texts("matchers"))
        {
            try
            {
                matchers.AddRange(MatcherText.ParseAll(text));
            }
            catch (FormatException wrong)
            {
                entry.Report("matchers", wrong.Message, "Write for example ['severity=\"critical\"'].");
            }
        }
        if (matchers.Count == 0)
            entry.Report("matchers", "`matchers` is missing.", "Write for example ['severity=\"critical\"'].");
        var severity = entry.Choice<IncidentSeverity>("severity") ?? IncidentSeverity.Critical;
        var template = entry.Text("template");
        if (template is not null && templates.All(known => known.Id != template))
            entry.Report("template", $"There is no template `{template}`.", "Write one of those below `templates`.");
        entry.RejectUnknownKeys();
        return new(matchers, severity, template);
    }

    static PhaseTemplate ReadTemplate(YamlMap entry)
    {
        var phases = new List<Phase>();
        foreach (var phase in entry.Maps("phases"))
        {
            var name = phase.Required("name");
            if (phases.Any(known => known.Name == name))
                phase.Report("name", $"There are two phases `{name}`.", "Give each a name of its own.");
            var steps = ReadSteps(phase);
            phase.RejectUnknownKeys();
            phases.Add(new(name, steps));
        }
        if (phases.Count == 0)
            entry.Report("phases", "`phases` is missing.", "Write at least one phase with its steps.");
        return new(entry.Identifier("id"), entry.Required("title"), phases);
    }

    static List<PhaseStep> ReadSteps(YamlMap phase)
    {
        var steps = new List<PhaseStep>();
        foreach (var entry in phase.Maps("steps"))
        {
            var step = new PhaseStep(entry.Required("text"), entry.Text("runbook"));
            entry.RejectUnknownKeys();
            if (steps.Any(known => known.Text == step.Text))
                entry.Report("text", "The phase has this step already.", "Say each step once.");
            steps.Add(step);
        }
        if (steps.Count == 0)
            phase.Report("steps", "A phase without a step is none.", "Write what is done in it.");
        return steps;
    }

    static IReadOnlyDictionary<IncidentSeverity, TimeSpan> ReadPace(YamlMap? map)
    {
        var pace = IncidentDocument.Usual.Pace.ToDictionary();
        foreach (var severity in Enum.GetValues<IncidentSeverity>())
        {
            if (map?.Duration(IncidentWords.Of(severity)) is not { } every)
                continue;
            if (every < LeastPace)
                map.Report(IncidentWords.Of(severity), "Nobody writes an update in that time.", "Write at least 1m.");
            pace[severity] = every;
        }
        map?.RejectUnknownKeys();
        return pace;
    }

    static IReadOnlyDictionary<IncidentSeverity, IReadOnlyList<IncidentRole>> ReadRoles(YamlMap? map)
    {
        var required = IncidentDocument.Usual.Required.ToDictionary();
        foreach (var severity in Enum.GetValues<IncidentSeverity>().Where(severity => map?.Has(IncidentWords.Of(severity)) == true))
        {
            var roles = new List<IncidentRole>();
            foreach (var word in map!.Texts(IncidentWords.Of(severity)))
            {
                if (Enum.GetValues<IncidentRole>().Where(role => IncidentWords.Of(role) == word).Cast<IncidentRole?>().FirstOrDefault() is { } role)
                    roles.Add(role);
                else
                    map.Report(IncidentWords.Of(severity), $"`{word}` is no role.", $"Roles: {string.Join(", ", Enum.GetValues<IncidentRole>().Select(IncidentWords.Of))}.");
            }
            required[severity] = roles;
        }
        map?.RejectUnknownKeys();
        return required;
    }

    static string? ReadBridge(YamlMap root)
    {
        if (root.Text("bridge") is not { } bridge)
            return null;
        if (Uri.TryCreate(bridge, UriKind.Absolute, out var address) && address.Scheme is "https" or "http")
            return bridge;
        root.Report("bridge", $"`{bridge}` is no address of a meeting.", "Write an https:// address.");
        return null;
    }
}
