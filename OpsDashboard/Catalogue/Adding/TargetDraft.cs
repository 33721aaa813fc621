using System.Text.Json;
using OpsDashboard.Access;
using OpsDashboard.Catalogue.Overlays;
using YamlDotNet.Core;

namespace OpsDashboard.Catalogue.Adding;

/// <summary>What a person fills in to add a target.</summary>
public sealed class TargetDraft
{
    /// <summary>Empty: a new system called <see cref="SystemName"/>.</summary>
    public string SystemId { get; set; } = "";

    public string SystemName { get; set; } = "";

    /// <summary>Empty: a new component called <see cref="ComponentName"/>.</summary>
    public string ComponentId { get; set; } = "";

    public string ComponentName { get; set; } = "App";

    public string Kind { get; set; } = "prometheus";

    public string Address { get; set; } = "";

    public string Job { get; set; } = "";

    public string Interval { get; set; } = "1s";

    public bool IsNewSystem => SystemId.Length == 0;

    public string EffectiveSystemId => IsNewSystem ? Slug(SystemName) : SystemId;

    public string EffectiveComponentId => IsNewSystem || ComponentId.Length == 0 ? Slug(ComponentName) : ComponentId;

    public string EffectiveJob => Job.Length > 0 ? Job : string.Join('-', new[] { EffectiveSystemId, EffectiveComponentId, Kind == "prometheus" ? "" : Kind }.Where(part => part.Length > 0));

    /// <summary>The draft as it can be tried: whether an address answers does not hang on a name for the new system.</summary>
    public TargetDraft ForTrial()
    {
        var tried = (TargetDraft)MemberwiseClone();
        if (IsNewSystem && EffectiveSystemId.Length == 0)
            tried.SystemName = "New system";
        return tried;
    }

    /// <summary>What is missing, by field; empty where the draft can be tried.</summary>
    public IReadOnlyDictionary<string, string> Problems()
    {
        var problems = new Dictionary<string, string>();
        if (IsNewSystem && EffectiveSystemId.Length == 0)
            problems[nameof(SystemName)] = "Give the system a name with at least one letter.";
        if (EffectiveComponentId.Length == 0)
            problems[nameof(ComponentName)] = "Give the component a name with at least one letter.";
        if (PrometheusDuration.TryParse(Interval) is not { } interval || interval <= TimeSpan.Zero)
            problems[nameof(Interval)] = "Write a duration, for example 1s or 15s.";
        return problems;
    }

    /// <summary>The entry of <c>scrape_configs</c>, as a person may still edit it.</summary>
    public string JobYaml()
    {
        var timeout = PrometheusDuration.TryParse(Interval) is { } interval && interval > TimeSpan.FromSeconds(10) ? "10s" : Interval;
        var lines = new List<string> { $"job_name: {EffectiveJob}", $"component: {EffectiveComponentId}" };
        if (Kind != "prometheus")
            lines.Add($"kind: {Kind}");
        lines.Add($"scrape_interval: {Interval}");
        lines.Add($"scrape_timeout: {timeout}");
        if (Address.Trim().Length > 0)
            lines.Add($"static_configs: [ {{ targets: [{Quote(Address.Trim())}] }} ]");
        return string.Join('\n', lines) + "\n";
    }

    /// <summary>The documents that make it so: the target, and system or component where they are new.</summary>
    /// <param name="jobYaml">The entry, perhaps edited.</param>
    /// <exception cref="InvalidInputException">A document to which it must be added cannot be read; the problem names file and line.</exception>
    public IReadOnlyList<DocumentEdit> Edits(CatalogueSources sources, string jobYaml)
    {
        var edits = new List<DocumentEdit>();
        var (system, targets) = (sources.Find($"{EffectiveSystemId}/system.yml"), sources.Find($"{EffectiveSystemId}/targets.yml"));
        var component = $"id: {EffectiveComponentId}\nname: {Quote(ComponentName.Trim())}\nkind: service\n";
        if (system.Text is null)
            edits.Add(new(system.Path, YamlList.Append(NewSystem(), "components", component), system.Version));
        else if (ComponentId.Length == 0)
            edits.Add(new(system.Path, Append(system, "components", component), system.Version));
        edits.Add(new(targets.Path, Append(targets, "scrape_configs", jobYaml), targets.Version));
        return edits;
    }

    static string Append(CatalogueDocument document, string key, string entry)
    {
        try
        {
            return YamlList.Append(document.Text ?? "", key, entry);
        }
        catch (YamlException broken)
        {
            throw new InvalidInputException($"{document.Path}:{broken.Start.Line}", $"is broken, so nothing can be added to it: {SecretMask.Text(broken.Message.TrimEnd('.'))}. Mend that file first.");
        }
    }

    string NewSystem() => $"id: {EffectiveSystemId}\nname: {Quote(SystemName.Trim())}\nshort: {Quote(ShortOf(SystemName))}\n";

    /// <summary>The initials, or the first letters of a single word.</summary>
    static string ShortOf(string name)
    {
        var words = name.Split([' ', '-', '_', '.'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var initials = words.Length > 1 ? string.Concat(words.Take(3).Select(word => word[0])) : name.Trim()[..Math.Min(3, name.Trim().Length)];
        return initials.ToUpperInvariant();
    }

    static string Slug(string name)
    {
        var letters = name.Trim().ToLowerInvariant().Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-');
        var slug = string.Join('-', string.Concat(letters).Split('-', StringSplitOptions.RemoveEmptyEntries)).TrimStart("0123456789-".ToCharArray());
        return slug.Length > 63 ? slug[..63].TrimEnd('-') : slug;
    }

    // A double-quoted YAML text escapes as JSON does.
    static string Quote(string text) => JsonSerializer.Serialize(text, Relaxed);

    static readonly JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
