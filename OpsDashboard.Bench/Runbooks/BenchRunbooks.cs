namespace OpsDashboard.Bench.Runbooks;

/// <summary>Writes runbooks of the benchmarks' own system into a catalogue, and the environment in which the node <c>here</c> is this machine.</summary>
static class BenchRunbooks
{
    public const string System = "bench";

    /// <summary>What the program needs to run commands on this machine.</summary>
    public static Dictionary<string, string> Settings => new() { ["Nodes__AllowLocal"] = "true" };

    /// <param name="runbooks">Each file's text behind its head, by its name.</param>
    public static void Write(string catalogue, params (string Name, string Risk, string Body)[] runbooks)
    {
        var folder = Directory.CreateDirectory(Path.Combine(catalogue, System, "runbooks")).FullName;
        foreach (var (name, risk, body) in runbooks)
            File.WriteAllText(Path.Combine(folder, $"{name}.yml"), $"title: Bench {name}\nsummary: Of the benchmark.\nowner: bench@example.com\nreviewBy: 2099-01-01\nrisk: {risk}\n{body}\n");
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(catalogue, "environments")).FullName, "production.yml"), "variables: {}\nnodes:\n  here: { kind: local }\n");
    }
}
