using System.Globalization;
using OpsDashboard.Alerts;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Catalogue.Reading;
using OpsDashboard.Runbooks.Approvals;
using OpsDashboard.Runbooks.Mutes;
using OpsDashboard.Runbooks.Recoveries;

namespace OpsDashboard.Runbooks.Reading;

/// <summary>
/// Reads a system's <c>runbooks/*.yml</c>; the file's name is the runbook's:
/// <code>
/// title: Restart the API
/// summary: Restarts the unit and waits until players can open cases again.
/// owner: platform@example.com
/// reviewBy: 2027-06-01
/// risk: reversible                 # read, reversible, dataChanging, irreversible
/// mayRun: responder                # or commander, admin
/// component: api                   # what it works on; without it the whole system
/// helps: [{ alert: ComponentDown, component: api }]   # besides the rules that name it in rules.ops.yml
/// parameters:
///   unit: { default: case-opening-api, allowed: [case-opening-api] }
/// locks: [case-opening/api]        # default: the component
/// mutes: [{ matchers: ['alertname="ComponentDown"', 'component="api"'], for: 10m }]   # nobody is told of these while it runs
/// approval: 30m                    # another person approves it within; without it only what changes data in production, within 15m
/// greenWithin: 10m                 # after the last step
/// recovers: important              # or critical, normal: it ends a failure of this class; what it really took is held against the system's rto
/// steps:
///   - name: restart
///     title: Restart the unit
///     kind: command
///     node: cg-api
///     argv: [systemctl, restart, "${parameters.unit}"]
///     check: { kind: command, node: cg-api, argv: [systemctl, is-active, "${parameters.unit}"] }
/// </code>
/// </summary>
public sealed class RunbookFolder(StepReader steps) : ICatalogueFolder
{
    public string FolderName => "runbooks";

    public Type DocumentType => typeof(RunbookDocument);

    public object Read(IReadOnlyList<FolderFile> files, MonitoredSystem system) => new RunbookDocument([.. files.Select(file => Read(file, system)).OfType<Runbook>()]);

    /// <summary>Rules name runbooks that are there.</summary>
    public void Check(MonitoredSystem system, ICollection<CatalogueProblem> problems)
    {
        var runbooks = system.Document<RunbookDocument>() ?? RunbookDocument.Empty;
        new NestedCheck(runbooks, problems).Run();
        foreach (var (name, (extras, file, line)) in (system.Document<RuleOpsDocument>() ?? RuleOpsDocument.Empty).Rules)
        {
            foreach (var missing in extras.Runbooks.Where(id => runbooks.Find(id) is null))
                problems.Add(new(file, line, $"`{name}`: there is no runbook `{missing}`.", $"Add {system.Id}/runbooks/{missing}.yml, or remove the name."));
        }
    }

    Runbook? Read(FolderFile file, MonitoredSystem system)
    {
        var root = file.Root;
        if (!Names.IsSlug(file.Name))
            root.ReportAt(0, $"`{file.Name}` cannot be a runbook's name.", Names.SlugRule);
        var before = root.ErrorCount;
        var risk = root.Choice<RiskClass>("risk");
        if (!root.Has("risk"))
            root.Report("risk", "`risk` is missing.", "Write `risk: read`, `reversible`, `dataChanging` or `irreversible`.");
        var parameters = ParameterReader.Read(root);
        var component = ReadComponent(root, system);
        var runbook = new Runbook
        {
            SystemId = system.Id,
            Name = file.Name,
            Title = root.Required("title"),
            Summary = root.Required("summary"),
            Source = root.Text("source"),
            Owner = root.Required("owner"),
            ReviewBy = ReadDate(root),
            Risk = risk ?? RiskClass.Irreversible,
            MayRun = ReadRole(root),
            ComponentId = component,
            Helps = ReadHelps(root),
            Parameters = parameters,
            Locks = ReadLocks(root, system, component, risk),
            Mutes = MuteReader.Read(root),
            ApprovalWithin = ReadApproval(root),
            GreenWithin = root.Duration("greenWithin") ?? TimeSpan.FromMinutes(15),
            Recovers = ReadRecovers(root, system),
            Steps = steps.Read(root, risk ?? RiskClass.Irreversible, parameters.Select(parameter => parameter.Name).ToHashSet(), system.Id),
            Version = file.Version,
            File = root.File,
        };
        root.RejectUnknownKeys();
        return root.ErrorCount == before ? runbook : null;
    }

    static string? ReadComponent(YamlMap root, MonitoredSystem system)
    {
        if (root.Text("component") is not { } component)
            return null;
        if (system.Components.All(known => known.Id != component))
            root.Report("component", $"There is no component `{component}`.", $"Use one of {string.Join(", ", system.Components.Select(known => known.Id))}.");
        return component;
    }

    static IReadOnlyList<HelpedAlert> ReadHelps(YamlMap root)
    {
        var helps = new List<HelpedAlert>();
        foreach (var entry in root.Maps("helps"))
        {
            helps.Add(new(entry.Required("alert"), entry.Text("component")));
            entry.RejectUnknownKeys();
        }
        return helps;
    }

    static IReadOnlyList<string> ReadLocks(YamlMap root, MonitoredSystem system, string? component, RiskClass? risk)
    {
        var locks = root.Texts("locks");
        foreach (var name in locks.Where(name => name.Length is 0 or > 200 || name.Any(char.IsControl)))
            root.Report("locks", $"`{name}` cannot be the name of a lock.", "Write for example `case-opening/api`.");
        return root.Has("locks") || risk == RiskClass.Read ? locks : [component is null ? system.Id : $"{system.Id}/{component}"];
    }

    static TimeSpan? ReadApproval(YamlMap root)
    {
        if (!root.Has("approval"))
            return null;
        var within = root.Duration("approval") ?? ApprovalRule.Within;
        if (within < TimeSpan.FromMinutes(1) || within > TimeSpan.FromHours(24))
            root.Report("approval", "An approval is waited for from 1m to 24h.", "Write for example `approval: 15m`.");
        return within;
    }

    static RecoveryObjective? ReadRecovers(YamlMap root, MonitoredSystem system) =>
        root.Choice<RecoveryClass>("recovers") is { } failure ? new(failure, system.RecoveryTimes.TryGetValue(failure, out var within) ? within : null) : null;

    static DateOnly ReadDate(YamlMap root)
    {
        var text = root.Required("reviewBy");
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            return date;
        if (text.Length > 0)
            root.Report("reviewBy", $"`{text}` is no date.", "Write for example `reviewBy: 2027-06-01`.");
        return default;
    }

    static Role ReadRole(YamlMap root)
    {
        var role = root.Choice<Role>("mayRun") ?? Role.Responder;
        if (role == Role.Viewer)
            root.Report("mayRun", "Viewers run nothing.", "Write `mayRun: responder`, `commander` or `admin`.");
        return role;
    }
}
