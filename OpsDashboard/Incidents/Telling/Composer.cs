using System.Security.Cryptography;
using System.Text;
using OpsDashboard.Access;
using OpsDashboard.Alerts.Routing;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics;

namespace OpsDashboard.Incidents.Telling;

/// <summary>What somebody would tell.</summary>
/// <param name="Template">Null: the first that fits.</param>
/// <param name="Fields">By the name of the variable; what is missing is as the incident or the window has it.</param>
/// <param name="Receivers">Null: those of the template.</param>
/// <param name="IsPublic">Null: as the template says.</param>
/// <param name="Seen">Of the preview that was looked at: where anything is another by now, nothing is told. Null: whatever it is.</param>
public sealed record UpdateAsk(string? Template = null, IReadOnlyDictionary<string, string>? Fields = null, DateTimeOffset? NextUpdateAt = null, IReadOnlyList<string>? Receivers = null, bool? IsPublic = null, string? Seen = null);

/// <param name="Ways">How it is reached, e.g. <c>email: devops@example.com</c>.</param>
public sealed record UpdateReceiver(string Name, IReadOnlyList<string> Ways, bool IsChosen);

/// <summary>What exactly would go where.</summary>
/// <param name="Receivers">All that may be chosen.</param>
/// <param name="Fields">With what stands in them.</param>
/// <param name="Seen">Another one for every other text.</param>
public sealed record UpdatePreview(MessageTemplate Template, string Subject, string Body, IReadOnlyList<UpdateReceiver> Receivers, bool IsPublic, IReadOnlyDictionary<string, string> Fields, string Seen)
{
    public IReadOnlyList<UpdateReceiver> Chosen => [.. Receivers.Where(receiver => receiver.IsChosen)];

    public DateTimeOffset NextUpdateAt { get; init; }
}

/// <summary>Fills templates. Does no I/O, authorizes nobody. Thread-safe.</summary>
public sealed class Composer(ICatalogue catalogue)
{
    public const int MostOfField = 1000;

    public IReadOnlyList<MessageTemplate> Templates(string systemId, TemplateKind kind) => [.. (catalogue.Current.Find(systemId)?.Document<TemplateDocument>() ?? TemplateDocument.Empty).Of(kind)];

    /// <param name="usual">Values of all variables of the kind.</param>
    /// <exception cref="InvalidInputException" />
    public UpdatePreview Compose(string systemId, TemplateKind kind, UpdateAsk ask, Func<MessageTemplate, IReadOnlyDictionary<string, string>> usual)
    {
        var templates = Templates(systemId, kind);
        var template = ask.Template is { Length: > 0 } id ? templates.FirstOrDefault(known => known.Id == id) : templates.FirstOrDefault();
        if (template is null)
            throw new InvalidInputException("template", templates.Count == 0 ? $"is missing: add {TemplateFolder.PathOf(systemId, "…")}." : $"is one of {string.Join(", ", templates.Select(known => known.Id))}.");
        var values = usual(template).ToDictionary();
        foreach (var field in template.Fields)
        {
            if (ask.Fields?.GetValueOrDefault(field.Name) is { } given)
                values[field.Name] = Written(field.Name, given);
        }
        var isPublic = ask.IsPublic ?? template.IsPublic;
        if (isPublic && !template.IsPublic)
            throw new InvalidInputException("statusPage", $"“{template.Title}” is not written for strangers (statusPage: true).");
        var filled = values.ToDictionary(pair => pair.Key, pair => pair.Value.Length > 0 ? pair.Value : "–");
        var subject = new string([.. template.Subject.Fill(filled).Select(letter => char.IsControl(letter) ? ' ' : letter)]);
        var body = template.Body.Fill(filled);
        return new(template, subject, body, Receivers(systemId, template, ask.Receivers), isPublic, template.Fields.ToDictionary(field => field.Name, field => values[field.Name]), Hash(subject, body));
    }

    // Whom routing may name for the system, and whom its templates name: nobody tells the people of other systems.
    IReadOnlyList<UpdateReceiver> Receivers(string systemId, MessageTemplate template, IReadOnlyList<string>? chosen)
    {
        var table = RoutingTable.Of(catalogue.Current);
        var templates = catalogue.Current.Find(systemId)?.Document<TemplateDocument>() ?? TemplateDocument.Empty;
        var names = Reached(table.Root, systemId).Concat(templates.Templates.SelectMany(one => one.Receivers)).Distinct().Order(StringComparer.Ordinal);
        UpdateReceiver[] offered = [.. names.Select(name => table.Receivers.GetValueOrDefault(name)).OfType<Receiver>().Where(receiver => receiver.Methods.Count > 0)
            .Select(receiver => new UpdateReceiver(receiver.Name, [.. receiver.Methods.Select(method => $"{method.Kind}: {method.Destination}")], (chosen ?? template.Receivers).Contains(receiver.Name)))];
        if (chosen?.FirstOrDefault(name => offered.All(receiver => receiver.Name != name)) is { } unknown)
            throw new InvalidInputException("receivers", $"`{unknown}` is none of {string.Join(", ", offered.Select(receiver => receiver.Name))}.");
        return offered;
    }

    static IEnumerable<string> Reached(Alerts.Routing.Route route, string systemId) =>
        route.Matchers.Where(matcher => matcher.Name == "system").All(matcher => matcher.Matches(systemId)) ? route.Routes.SelectMany(child => Reached(child, systemId)).Prepend(route.Receiver) : [];

    static string Written(string field, string given)
    {
        var text = given.ReplaceLineEndings("\n").Trim();
        return text.Length <= MostOfField ? text : throw new InvalidInputException(field, $"has at most {MostOfField} characters.");
    }

    static string Hash(string subject, string body) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{subject}\n{body}")))[..32];
}
