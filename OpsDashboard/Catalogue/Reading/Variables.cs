using System.Text.RegularExpressions;

namespace OpsDashboard.Catalogue.Reading;

/// <summary>
/// The values of <c>${name}</c>. A doubled sign (<c>$${name}</c>) stands for the text itself; <c>${1}</c>, as relabelling writes it, is left alone.
/// </summary>
public sealed partial class Variables(IReadOnlyDictionary<string, string> values)
{
    public IReadOnlyDictionary<string, string> Values { get; } = values;

    /// <summary>Names of the environments that the files describe.</summary>
    public static IEnumerable<string> Environments(CatalogueFiles files) =>
        files.Texts.Keys.Where(IsEnvironment).Select(path => Path.GetFileNameWithoutExtension(path)!);

    public static bool IsEnvironment(string path) => path.StartsWith("environments/", StringComparison.Ordinal);

    public static Variables Read(CatalogueFiles files, string environment, IReadOnlyDictionary<string, string> overrides, ICollection<CatalogueProblem> problems)
    {
        var values = new Dictionary<string, string>();
        var path = $"environments/{environment}.yml";
        if (!files.Texts.TryGetValue(path, out var text))
        {
            var known = Environments(files).ToArray();
            problems.Add(new(path, 0, $"There is no environment `{environment}`.",
                known.Length == 0 ? "Create this file with `variables: {}`." : $"Set Catalogue__Environment to one of {string.Join(", ", known)}, or create this file."));
        }
        else if (YamlText.Parse(text, path, problems) is { } node)
        {
            var map = new YamlMap(node, path, problems, plain => plain);
            foreach (var (name, value) in map.TextMap("variables"))
                values[name] = value;
            // Read by NodeFile, which needs the variables.
            map.Map("nodes");
            map.Map("nodeSets");
            map.RejectUnknownKeys();
        }
        foreach (var (name, value) in overrides)
            values[name] = value;
        return new(values);
    }

    /// <exception cref="KeyNotFoundException">A variable has no value; the message is its name.</exception>
    public string Expand(string text) => Reference().Replace(text, match =>
        match.Groups["escape"].Success ? match.Value[1..]
        : Values.TryGetValue(match.Groups["name"].Value, out var value) ? value
        : throw new KeyNotFoundException(match.Groups["name"].Value));

    [GeneratedRegex(@"(?<escape>\$)?\$\{(?<name>[A-Za-z_][A-Za-z0-9_]*)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Reference();
}
