namespace OpsDashboard.Bench.Runbooks;

/// <summary>Runbooks whose steps must not run twice: each writes who it is, once a run.</summary>
static class KilledRunbooks
{
    /// <summary>Its step goes on until somebody ends it.</summary>
    public const string Long = "long";

    /// <summary>Those that a person starts; <c>inner</c> is started by another.</summary>
    public static readonly string[] Started = ["chain-a", "chain-b", "muted", "group", "outer", Long];

    public static void Write(string catalogue, string file) => BenchRunbooks.Write(catalogue,
        ("chain-a", "reversible", Head("locks: [bench/a, bench/both]") + Steps(file, "one", "two", "three", "four")),
        ("chain-b", "reversible", Head("locks: [bench/b, bench/both]") + Steps(file, "one", "two", "three")),
        ("muted", "reversible", Head("locks: [bench/muted]\nmutes: [{ matchers: ['alertname=\"Bench\"'] }]") + Steps(file, "one", "two", "three")),
        ("group", "reversible", Head("locks: []") + $"  - name: both\n    kind: parallel\n    timeout: 5m\n    steps:\n{Step(file, "left", "0.7", "      ")}{Step(file, "right", "1.1", "      ")}{Step(file, "after", "0.5", "  ")}"),
        ("outer", "reversible", Head("locks: [bench/outer]") + Step(file, "before", "0.5", "  ") + "  - { name: within, kind: runbook, runbook: inner, parameters: { mark: \"${parameters.mark}-inner\" }, timeout: 30m }\n" + Step(file, "after", "0.5", "  ")),
        ("inner", "reversible", Head("locks: []") + Steps(file, "one", "two")),
        (Long, "reversible", Head("locks: [bench/long]") + Step(file, "one", "3600", "  ")));

    static string Head(string more) => $"{more}\nparameters: {{ mark: {{ pattern: \"[a-z0-9-]+\" }} }}\nsteps:\n";

    static string Steps(string file, params string[] names) => string.Concat(names.Select(name => Step(file, name, "0.5", "  ")));

    static string Step(string file, string name, string seconds, string indent) =>
        $"{indent}- name: {name}\n{indent}  kind: command\n{indent}  node: here\n{indent}  timeout: 2h\n{indent}  env: {{ MARK: \"${{parameters.mark}}\", FILE: \"{file}\" }}\n{indent}  argv: [sh, -c, 'echo \"$MARK {name}\" >> \"$FILE\"; sleep {seconds}']\n";
}

/// <summary>What the steps wrote: <c>run step</c> a line.</summary>
sealed class Markers(string file)
{
    public string File => file;

    public ILookup<string, string> Read() => (System.IO.File.Exists(file) ? System.IO.File.ReadAllLines(file) : []).Select(line => line.Split(' ')).ToLookup(parts => parts[0], parts => parts[1]);

    public bool Has(string mark, string step) => Read()[mark].Contains(step);
}
