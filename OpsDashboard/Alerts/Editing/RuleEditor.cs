using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Catalogue.History;
using OpsDashboard.Catalogue.Overlays;

namespace OpsDashboard.Alerts.Editing;

/// <summary>
/// Changes the rules of a system through its <c>rules.yml</c>: by the form of a few fields, by the whole document, by pasting another rule file.
/// Every change is checked with the whole catalogue, audited as an edit of it, and kept as a version. Thread-safe.
/// </summary>
public sealed class RuleEditor(CatalogueEditor catalogue, DocumentVersions versions, IExpressionSyntax syntax)
{
    public static string PathOf(string systemId) => $"{systemId}/rules.yml";

    /// <summary>The system's rule file as it counts now.</summary>
    /// <exception cref="AccessDeniedException" />
    public CatalogueDocument Document(Actor actor, string systemId)
    {
        actor.Demand(Permission.ReadAlerts, systemId);
        return catalogue.Sources.Find(PathOf(systemId));
    }

    /// <summary>The file with a rule as the form has it; saves nothing.</summary>
    /// <param name="before">The rule that is changed; null adds one.</param>
    /// <exception cref="InvalidInputException">A field cannot be used, or the rule is written in a way that takes the whole document to change.</exception>
    public string Written(Actor actor, string systemId, AlertRule? before, SimpleRule rule)
    {
        rule.Check(syntax);
        var text = Document(actor, systemId).Text;
        if (before is null)
            return rule.AddTo(text);
        if (before.Name != rule.Name)
            throw new InvalidInputException("name", "stays: alerts, silences and runbooks know the rule by it.");
        var form = SimpleRule.Of(before);
        if (form.Line is null && rule.Line is not null)
            throw new InvalidInputException("measured", "The condition is more than one value compared with one number: change it in the document.");
        if (form.Line is not null && rule.Line is null)
            throw new InvalidInputException("threshold", "is a number.");
        var written = text is null ? null : RuleText.At(text, before.Line)?.Change(form, rule);
        return written is not null && Rule(systemId, before.Id, written) is { } read && SimpleRule.Of(read) == rule
            ? written
            : throw new InvalidInputException("", "The file is written in a way that takes the whole document to change this.");
    }

    /// <summary>Saves a rule as the form has it.</summary>
    /// <param name="version">Of the <see cref="Document"/> that the actor saw.</param>
    /// <exception cref="AccessDeniedException">Only who may edit the catalogue.</exception>
    /// <exception cref="InvalidInputException">A field cannot be used, or the catalogue would have a problem.</exception>
    /// <exception cref="StaleVersionException">The file changed since.</exception>
    public Task SaveAsync(Actor actor, string systemId, AlertRule? before, SimpleRule rule, int version, CancellationToken stop)
    {
        actor.Demand(Permission.EditCatalogue);
        return SaveAsync(actor, PathOf(systemId), Written(actor, systemId, before, rule), version, stop);
    }

    /// <summary>The file with the groups of another rule file in it; saves nothing.</summary>
    /// <exception cref="InvalidInputException">The text is no rule file; every problem is named with its line.</exception>
    public RuleImport Imported(Actor actor, string systemId, string pasted)
    {
        var problems = new List<CatalogueProblem>();
        var import = RuleImport.Of(Document(actor, systemId).Text, pasted, problems);
        if (import is not null)
            problems.AddRange(Check(PathOf(systemId), import.Text).Where(problem => !problem.IsWarning));
        InvalidInputException.ThrowIfAny([.. problems.Select(problem => new FieldProblem($"{problem.File}:{problem.Line}", $"{problem.Message} {problem.Remedy}"))]);
        return import!;
    }

    /// <summary>Adds the groups of another rule file to the system's; groups of the same name are replaced.</summary>
    /// <exception cref="AccessDeniedException">Only who may edit the catalogue.</exception>
    /// <exception cref="InvalidInputException">The text is no rule file, or the catalogue would have a problem.</exception>
    /// <exception cref="StaleVersionException">The file changed since.</exception>
    public async Task<RuleImport> ImportAsync(Actor actor, string systemId, string pasted, int version, CancellationToken stop)
    {
        actor.Demand(Permission.EditCatalogue);
        var import = Imported(actor, systemId, pasted);
        await SaveAsync(actor, PathOf(systemId), import.Text, version, stop);
        return import;
    }

    /// <summary>Saves a whole document.</summary>
    /// <exception cref="AccessDeniedException">Only who may edit the catalogue.</exception>
    /// <exception cref="InvalidInputException">The catalogue would have a problem.</exception>
    /// <exception cref="StaleVersionException">The file changed since.</exception>
    public async Task SaveAsync(Actor actor, string path, string text, int version, CancellationToken stop)
    {
        actor.Demand(Permission.EditCatalogue);
        // What counted until now becomes a version first, so that it can be had back.
        await versions.RecordAsync(stop);
        await catalogue.SaveAsync(actor, [new(path, text, version)], stop);
        await versions.RecordAsync(stop);
    }

    /// <summary>What would be wrong in a document of the system with this text, warnings too.</summary>
    public IReadOnlyList<CatalogueProblem> Check(string path, string text) =>
        [.. catalogue.Preview([(path, text)]).Problems.Where(problem => problem.File.Split('/')[0] == path.Split('/')[0])];

    AlertRule? Rule(string systemId, string ruleId, string text) =>
        catalogue.Preview([(PathOf(systemId), text)]).Systems.FirstOrDefault(system => system.Id == systemId)?.Document<RuleDocument>()?
            .Groups.SelectMany(group => group.Rules).OfType<AlertRule>().FirstOrDefault(rule => rule.Id == ruleId);
}
