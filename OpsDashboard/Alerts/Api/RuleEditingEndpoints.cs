using OpsDashboard.Access;
using OpsDashboard.Alerts.Editing;
using OpsDashboard.Alerts.Trials;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Catalogue.Overlays;
using OpsDashboard.Http;
using OpsDashboard.Metrics.PromQl;

namespace OpsDashboard.Alerts.Api;

/// <summary>/api/rules: one rule, the form of a few fields, and rule files as Prometheus writes them.</summary>
static class RuleEditingEndpoints
{
    /// <param name="Measured">With comparison and threshold; none of the three where the condition is more than one value compared with one number.</param>
    public sealed record RuleForm(string? Name, string? Measured, string? Comparison, double? Threshold, TimeSpan For, string? Severity, string? Summary);

    public sealed record NewRule(string? System, RuleForm? Rule);

    public sealed record ImportRequest(string? System, string? Text);

    public static void MapRuleEditing(this IEndpointRouteBuilder app)
    {
        var rules = app.MapGroup("/api/rules").WithTags("Alerts");
        rules.MapGet("/{system}/{group}/{name}", ReadAsync).RequirePermission(Permission.ReadAlerts).WithSummary("One rule in words and as the form has it; the version of its file as ETag.");
        rules.MapPost("/", AddAsync).RequirePermission(Permission.EditCatalogue).WithSummary("Adds a rule \"over x for y, tell z\" to a system's rules.yml. Needs If-Match, the version of the file.");
        rules.MapPut("/{system}/{group}/{name}", ChangeAsync).RequirePermission(Permission.EditCatalogue).WithSummary("Changes line, time, severity and summary of a rule in its file. Needs If-Match.");
        rules.MapGet("/usual", UsualAsync).RequirePermission(Permission.ReadAlerts).WithSummary("Where an expression's values lay: now, 1st, 50th and 99th percentile.");
        rules.MapGet("/export", ExportAsync).RequirePermission(Permission.ReadAlerts).WithSummary("A system's rules as a Prometheus rule file.");
        rules.MapPost("/import", ImportAsync).RequirePermission(Permission.EditCatalogue).WithSummary("Adds the groups of a Prometheus rule file to a system's rules.yml. Needs If-Match.");
    }

    static async Task<IResult> ReadAsync(string system, string group, string name, ICatalogue catalogue, RuleEditor editor, ICurrentActor current, HttpContext context)
    {
        var actor = await current.GetAsync();
        var document = editor.Document(actor, system);
        return Versions.Ok(context, Describe(Find(catalogue, actor, $"{system}/{group}/{name}"), document), document.Version);
    }

    static async Task<IResult> AddAsync(NewRule body, ICatalogue catalogue, RuleEditor editor, ICurrentActor current, HttpContext context)
    {
        var actor = await current.GetAsync();
        var system = Known(catalogue, actor, body.System);
        var rule = Read(body.Rule);
        return await Versions.ChangeAsync(context, async version =>
        {
            await editor.SaveAsync(actor, system, null, rule, version, context.RequestAborted);
            return Now(catalogue, editor, actor, system, rule.Name);
        }, () => Task.FromResult(Now(catalogue, editor, actor, system, null)));
    }

    static async Task<IResult> ChangeAsync(string system, string group, string name, RuleForm body, ICatalogue catalogue, RuleEditor editor, ICurrentActor current, HttpContext context)
    {
        var actor = await current.GetAsync();
        var rule = Find(catalogue, actor, $"{system}/{group}/{name}");
        if (rule is not AlertRule alert)
            throw new InvalidInputException("name", "is a recording rule: change it in the document.");
        var wanted = Read(body with { Name = body.Name ?? rule.Name });
        return await Versions.ChangeAsync(context, async version =>
        {
            await editor.SaveAsync(actor, system, alert, wanted, version, context.RequestAborted);
            return Now(catalogue, editor, actor, system, rule.Id);
        }, () => Task.FromResult(Now(catalogue, editor, actor, system, rule.Id)));
    }

    static async Task<IResult> UsualAsync(string? expression, TimeSpan? span, UsualRange usual, ICurrentActor current, CancellationToken stop)
    {
        if (span is { } asked && (asked <= TimeSpan.Zero || asked > TimeSpan.FromDays(90)))
            throw new InvalidInputException("span", "is a span of at most 90 days.");
        try
        {
            return Results.Json(await usual.ReadAsync(await current.GetAsync(), expression ?? "", span ?? TimeSpan.FromDays(7), stop), Json.Options);
        }
        catch (PromQlException wrong)
        {
            throw new InvalidInputException("expression", wrong.Message);
        }
    }

    static async Task<IResult> ExportAsync(string? system, ICatalogue catalogue, RuleEditor editor, ICurrentActor current)
    {
        var actor = await current.GetAsync();
        var document = editor.Document(actor, Known(catalogue, actor, system));
        return Results.Text(CatalogueView.Shown(actor, document.Text) ?? "groups: []\n", "application/yaml");
    }

    static async Task<IResult> ImportAsync(ImportRequest body, ICatalogue catalogue, RuleEditor editor, ICurrentActor current, HttpContext context)
    {
        var actor = await current.GetAsync();
        var system = Known(catalogue, actor, body.System);
        return await Versions.ChangeAsync(context, async version =>
        {
            var import = await editor.ImportAsync(actor, system, body.Text ?? "", version, context.RequestAborted);
            return (new { import.Added, import.Replaced }, editor.Document(actor, system).Version);
        }, () => Task.FromResult(Now(catalogue, editor, actor, system, null)));
    }

    static SimpleRule Read(RuleForm? form)
    {
        if (form is null || (form.Threshold is null && (form.Measured ?? form.Comparison) is not null))
            throw new InvalidInputException("threshold", "is a number.");
        var line = form.Threshold is { } threshold ? new RuleLine(form.Measured ?? "", form.Comparison ?? "", threshold) : null;
        return new(form.Name ?? "", line, form.For, form.Severity ?? AlertRule.DefaultSeverity, form.Summary ?? "");
    }

    static RuleForm Write(SimpleRule form) => new(form.Name, form.Line?.Measured, form.Line?.Comparison, form.Line?.Threshold, form.For, form.Severity, form.Summary);

    static GroupRule Find(ICatalogue catalogue, Actor actor, string id) =>
        catalogue.Current.Systems.Where(system => actor.May(Permission.ReadAlerts, system.Id)).SelectMany(Rules).FirstOrDefault(rule => rule.Id == id) ?? throw new NotFoundException($"rule {id}");

    static string Known(ICatalogue catalogue, Actor actor, string? system) =>
        system is { Length: > 0 } && catalogue.Current.Find(system) is not null && actor.May(Permission.ReadAlerts, system) ? system : throw new InvalidInputException("system", "names a system of the catalogue.");

    static IEnumerable<GroupRule> Rules(MonitoredSystem system) => system.Document<RuleDocument>()?.Groups.SelectMany(group => group.Rules) ?? [];

    /// <param name="rule">Its id, or the name of one that was added; null: of the file alone.</param>
    static (object Value, int Version) Now(ICatalogue catalogue, RuleEditor editor, Actor actor, string system, string? rule)
    {
        var document = editor.Document(actor, system);
        var found = rule is null ? null : Rules(catalogue.Current.Find(system)!).LastOrDefault(one => one.Id == rule || one.Name == rule);
        return (Describe(found, document), document.Version);
    }

    static object Describe(GroupRule? rule, CatalogueDocument document) => new
    {
        rule?.Id,
        rule?.Name,
        rule?.Expression,
        Says = rule is null ? null : string.Join(' ', RuleWords.Of(rule)),
        Form = rule is AlertRule alert ? Write(SimpleRule.Of(alert)) : null,
        rule?.Line,
        document.Path,
        document.Version,
    };
}
