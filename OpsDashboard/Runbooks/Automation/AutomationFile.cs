using System.Globalization;
using OpsDashboard.Alerts;
using OpsDashboard.Alerts.Evaluation;
using OpsDashboard.Catalogue;

namespace OpsDashboard.Runbooks.Automation;

/// <summary>
/// Reads an <c>automation.yml</c>:
/// <code>
/// policies:
///   - alert: MemoryUsage
///     component: api              # without it of whatever component
///     runbooks: [restart-api]     # in this order, then a person
///     attempts: 1                 # of each, within an hour
///     coolDown: 10m
///     hours: 06:00-22:00          # UTC; without it always
/// </code>
/// </summary>
public sealed class AutomationFile : ICatalogueDocument
{
    const int MostAttempts = 5;
    static readonly TimeSpan LeastCoolDown = TimeSpan.FromSeconds(10);

    public string FileName => "automation.yml";

    public Type DocumentType => typeof(AutomationDocument);

    public object Read(YamlMap root, MonitoredSystem system)
    {
        var policies = new Dictionary<string, AutomationPolicy>();
        foreach (var entry in root.Maps("policies"))
        {
            var policy = ReadPolicy(entry, system);
            entry.RejectUnknownKeys();
            if (policy.Alert.Length > 0 && !policies.TryAdd(policy.Id, policy))
                entry.Report("alert", $"There are two policies for `{policy.Alert}`.", "Write one with both runbooks, in the order in which they are tried.");
        }
        return new AutomationDocument([.. policies.Values]);
    }

    /// <summary>Policies name alerts and runbooks that are there, and only runbooks that can be undone.</summary>
    public void Check(MonitoredSystem system, ICollection<CatalogueProblem> problems)
    {
        var runbooks = system.Document<RunbookDocument>() ?? RunbookDocument.Empty;
        var alerts = (system.Document<RuleDocument>()?.Groups ?? []).SelectMany(group => group.Rules).OfType<AlertRule>().Select(rule => rule.Name).Append(BuiltInRules.ComponentDown).ToHashSet();
        void Report(string message, string remedy) => problems.Add(new($"{system.Id}/{FileName}", 1, message, remedy));
        foreach (var policy in (system.Document<AutomationDocument>() ?? AutomationDocument.Empty).Policies)
        {
            if (!alerts.Contains(policy.Alert))
                Report($"There is no alert `{policy.Alert}`.", "Write the name of an alert in rules.yml, or ComponentDown.");
            foreach (var name in policy.Runbooks)
            {
                if (runbooks.Find(name) is not { } runbook)
                    Report($"`{policy.Alert}`: there is no runbook `{name}`.", $"Add {system.Id}/runbooks/{name}.yml, or remove the name.");
                else if (runbook.Risk is not (RiskClass.Read or RiskClass.Reversible))
                    Report($"`{policy.Alert}`: `{name}` is {runbook.Risk.Word()}.", "Only what can be undone is done without a person.");
            }
        }
    }

    static AutomationPolicy ReadPolicy(YamlMap entry, MonitoredSystem system)
    {
        var component = entry.Text("component");
        if (component is not null && system.Components.All(known => known.Id != component))
            entry.Report("component", $"There is no component `{component}`.", "Write one of those in system.yml.");
        var runbooks = entry.Texts("runbooks");
        if (runbooks.Count == 0)
            entry.Report("runbooks", "`runbooks` is missing.", "Name what is tried, in its order.");
        var attempts = entry.Integer("attempts") ?? 1;
        if (attempts is < 1 or > MostAttempts)
            entry.Report("attempts", $"{attempts} attempts are none.", $"Write 1 to {MostAttempts}.");
        var coolDown = entry.Duration("coolDown") ?? TimeSpan.FromMinutes(10);
        if (coolDown < LeastCoolDown)
            entry.Report("coolDown", "Too short to see whether it helped.", "Write at least 10s.");
        return new(system.Id, entry.Required("alert"), component, runbooks, attempts, coolDown, ReadHours(entry));
    }

    static AutomationHours? ReadHours(YamlMap entry)
    {
        if (entry.Text("hours") is not { } text)
            return null;
        if (text.Split('-', StringSplitOptions.TrimEntries) is [var from, var to] && Time(from) is { } begin && Time(to) is { } end && begin != end)
            return new(begin, end);
        entry.Report("hours", $"`{text}` is no part of a day.", "Write for example `hours: 06:00-22:00`, in UTC.");
        return null;
    }

    static TimeOnly? Time(string text) => TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;
}
