using System.Text.RegularExpressions;

namespace OpsDashboard.Catalogue.Reading;

/// <summary>What may be an id and what may be a label.</summary>
public static partial class Names
{
    /// <summary>Set by the program on every sample; a file may not set them.</summary>
    public static readonly IReadOnlySet<string> OwnLabels = new HashSet<string> { "system", "component", "environment", "job" };

    public const string SlugRule = "Use lower-case letters, digits and hyphens, beginning with a letter, at most 63.";

    public static bool IsSlug(string text) => Slug().IsMatch(text);

    public static bool IsLabel(string text) => Label().IsMatch(text);

    /// <summary>Why the name cannot be a label of a target, or null.</summary>
    public static string? RejectLabel(string name) =>
        OwnLabels.Contains(name) ? $"The label `{name}` is set by the program."
        : name.StartsWith("__", StringComparison.Ordinal) ? $"The label `{name}` begins with two underscores, which are reserved."
        : !IsLabel(name) ? $"`{name}` is not a label name."
        : null;

    [GeneratedRegex(@"^[a-z][a-z0-9-]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Slug();

    [GeneratedRegex(@"^[a-zA-Z_][a-zA-Z0-9_]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Label();
}
