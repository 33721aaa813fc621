namespace OpsDashboard.Incidents.Telling;

/// <summary>How others are told of an incident or of a maintenance window.</summary>
/// <param name="Id">The file's name.</param>
/// <param name="Audience">Who reads it, in words.</param>
/// <param name="Receivers">Who gets it unless somebody chooses others.</param>
/// <param name="IsPublic">It may stand on the public status page; it names nothing internal then.</param>
public sealed record MessageTemplate(string Id, string Title, TemplateKind Kind, string Audience, IReadOnlyList<string> Receivers, bool IsPublic, TemplateText Subject, TemplateText Body)
{
    /// <summary>Fields that people fill, in their order: those that the template names.</summary>
    public IEnumerable<TemplateVariable> Fields => TemplateVariable.Of(Kind).Where(variable => variable.Label is not null && Names(variable));

    public bool Names(TemplateVariable variable) => Subject.Names(variable) || Body.Names(variable);
}

/// <summary>A system's templates.</summary>
public sealed record TemplateDocument(IReadOnlyList<MessageTemplate> Templates)
{
    public static readonly TemplateDocument Empty = new([]);

    public IEnumerable<MessageTemplate> Of(TemplateKind kind) => Templates.Where(template => template.Kind == kind);
}
