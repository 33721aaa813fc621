using OpsDashboard.Catalogue;
using OpsDashboard.Catalogue.Reading;

namespace OpsDashboard.Incidents.Telling;

/// <summary>
/// Reads a system's <c>templates/*.yml</c>; the file's name is the template's:
/// <code>
/// title: Service degradation
/// kind: incident                   # or maintenance
/// audience: users and teams
/// receivers: [dd-devops]           # of alertmanager.yml; whoever sends may choose others of the system
/// statusPage: true                 # may be shown to strangers: it names no commander, bridge, link or title
/// subject: "[INCIDENT] D&amp;D Companion - Service Degradation"
/// body: |
///   - Severity: ${incident.severity}
///   - ETA: ${incident.eta}
/// </code>
/// </summary>
public sealed class TemplateFolder : ICatalogueFolder
{
    public const string Name = "templates";
    const int MostSubject = 200, MostBody = 8000;

    public string FolderName => Name;

    public Type DocumentType => typeof(TemplateDocument);

    public static string PathOf(string systemId, string template) => $"{systemId}/{Name}/{template}.yml";

    public object Read(IReadOnlyList<FolderFile> files, MonitoredSystem system) => new TemplateDocument([.. files.Select(Read).OfType<MessageTemplate>().OrderBy(template => template.Title, StringComparer.OrdinalIgnoreCase)]);

    static MessageTemplate? Read(FolderFile file)
    {
        var root = file.Root;
        if (!Names.IsSlug(file.Name))
            root.ReportAt(0, $"`{file.Name}` cannot be a template's name.", Names.SlugRule);
        var before = root.ErrorCount;
        var kind = root.Choice<TemplateKind>("kind");
        if (!root.Has("kind"))
            root.Report("kind", "`kind` is missing.", "Write `kind: incident` or `kind: maintenance`.");
        var isPublic = root.Flag("statusPage") ?? false;
        var template = new MessageTemplate(file.Name, root.Required("title"), kind ?? TemplateKind.Incident, root.Text("audience") ?? "", root.Texts("receivers"), isPublic,
            ReadText(root, "subject", kind ?? TemplateKind.Incident, isPublic, MostSubject), ReadText(root, "body", kind ?? TemplateKind.Incident, isPublic, MostBody));
        root.RejectUnknownKeys();
        return root.ErrorCount == before ? template : null;
    }

    static TemplateText ReadText(YamlMap root, string key, TemplateKind kind, bool isPublic, int most)
    {
        var written = root.Required(key).TrimEnd();
        if (written.Length > most)
            root.Report(key, $"`{key}` has {written.Length} characters.", $"Write at most {most}.");
        if (key == "subject" && written.Any(char.IsControl))
            root.Report(key, "A subject is one line.", "Write what follows into the body.");
        var text = new TemplateText(written, kind);
        foreach (var (name, position) in text.Unknown())
            root.ReportAt(root.LineOf(key, position), $"There is no variable `{name}` for {TemplateVariable.Prefix(kind)}.", $"Use one of {string.Join(", ", TemplateVariable.Of(kind).Select(variable => $"${{{TemplateVariable.Prefix(kind)}.{variable.Name}}}"))}; write $${{ where the sign itself is meant.");
        if (isPublic)
        {
            foreach (var (name, position) in text.Internal())
                root.ReportAt(root.LineOf(key, position), $"`{name}` is nothing for strangers.", "Leave it out, or remove `statusPage: true`.");
        }
        return text;
    }
}
