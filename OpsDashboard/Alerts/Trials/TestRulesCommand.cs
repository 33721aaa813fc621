using OpsDashboard.Catalogue;
using OpsDashboard.Catalogue.Reading;
using OpsDashboard.Metrics.PromQl;

namespace OpsDashboard.Alerts.Trials;

/// <summary><c>OpsDashboard test-rules &lt;file&gt;…</c>: unit tests for rules in the format of <c>promtool test rules</c>.</summary>
public static class TestRulesCommand
{
    public const string Usage = "Usage: OpsDashboard test-rules <file>…";

    public static async Task<int> RunAsync(string[] args, TextWriter output)
    {
        if (args.Length == 0 || args.Any(argument => argument.StartsWith('-')))
        {
            await output.WriteLineAsync(Usage);
            return 2;
        }
        var failed = false;
        foreach (var path in args)
        {
            await output.WriteLineAsync($"Unit Testing:  {path}");
            var failures = await RunFileAsync(path, CancellationToken.None);
            await output.WriteLineAsync(failures.Count == 0 ? "  SUCCESS" : $"  FAILED:\n{string.Join('\n', failures)}");
            failed |= failures.Count > 0;
        }
        return failed ? 1 : 0;
    }

    static async Task<IReadOnlyList<string>> RunFileAsync(string path, CancellationToken stop)
    {
        var problems = new List<CatalogueProblem>();
        if (Open(path, problems) is not { } root)
            return Said(problems);
        var file = RuleTestFile.Read(root);
        var groups = new List<RuleGroup>();
        foreach (var rules in file.RuleFiles.SelectMany(pattern => Find(path, pattern, problems)))
        {
            if (Open(rules, problems) is not { } map)
                continue;
            groups.AddRange(new RuleFile(new PromQlSyntax()).ReadGroups(map, ""));
            map.RejectUnknownKeys();
        }
        if (problems.Any(problem => !problem.IsWarning))
            return Said(problems);
        var order = file.GroupOrder.ToList();
        var ordered = groups.OrderBy(group => order.IndexOf(group.Name) is >= 0 and var place ? place : int.MaxValue).ToList();
        var failures = new List<string>();
        foreach (var test in file.Cases)
        {
            var wrong = await RuleTests.RunAsync(test, ordered, file.EvaluationInterval, TimeProvider.System, stop);
            failures.AddRange(test.Name.Length > 0 && wrong.Count > 0 ? [$"    name: {test.Name}", .. wrong] : wrong);
        }
        return failures;
    }

    static IReadOnlyList<string> Said(IEnumerable<CatalogueProblem> problems) => [.. problems.Where(problem => !problem.IsWarning).Select(problem => $"    {problem}")];

    static YamlMap? Open(string path, List<CatalogueProblem> problems)
    {
        try
        {
            return YamlText.Parse(File.ReadAllText(path), path, problems) is { } node ? new(node, path, problems, text => text) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            problems.Add(new(path, 0, $"The file cannot be read: {error.Message}", "Check the path and its rights."));
            return null;
        }
    }

    /// <summary>The rule files that a pattern names, relative to the file with the tests.</summary>
    static string[] Find(string testFile, string pattern, List<CatalogueProblem> problems)
    {
        var path = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(testFile))!, pattern);
        var (folder, name) = (Path.GetDirectoryName(path)!, Path.GetFileName(path));
        var found = Directory.Exists(folder) ? Directory.GetFiles(folder, name).Order(StringComparer.Ordinal).ToArray() : [];
        if (found.Length == 0)
            problems.Add(new(testFile, 0, $"`rule_files: {pattern}` names no file.", "The path is relative to the file with the tests."));
        return found;
    }
}
