using System.Text.RegularExpressions;
using OpsDashboard.Runbooks.Expressions;
using OpsDashboard.Runbooks.Nodes;
using OpsDashboard.Runbooks.Reading;
using OpsDashboard.Runbooks.Secrets;

namespace OpsDashboard.Runbooks.Steps;

/// <param name="NodeId">A node or a set of nodes.</param>
/// <param name="Secrets">Names of secrets, by the variable in which the command finds them.</param>
/// <param name="ExitCodes">Those that mean well.</param>
/// <param name="Capture">Outputs: the first group of the first line that matches.</param>
public sealed record CommandOptions(string NodeId, IReadOnlyList<Template> Argv, IReadOnlyDictionary<string, Template> Environment, IReadOnlyDictionary<string, string> Secrets, Template? Folder,
    IReadOnlyList<int> ExitCodes, IReadOnlyDictionary<string, Regex> Capture)
{
    static readonly HashSet<string> Shells = ["sh", "bash", "dash", "zsh", "ksh", "fish", "cmd", "powershell", "pwsh"];

    public static CommandOptions Read(StepYaml step)
    {
        var argv = step.Templates("argv");
        if (argv.Count == 0)
            step.Map.Report("argv", "`argv` is missing.", "Write the program and its arguments as a list: `argv: [systemctl, restart, api]`.");
        else if (argv[0].References.Any() || argv[0].Source.Length == 0)
            step.Map.Report("argv", "The program itself is no value to fill in.", "Write its name; values may only be arguments.");
        else if (Shells.Contains(argv[0].Source.Split('/')[^1]) && argv.Any(argument => argument.References.Any()))
            step.Map.Report("argv", $"A value in a text for {argv[0].Source} would be run as code.", "Call the program directly, with the value as an argument of its own.");
        var codes = step.Map.Texts("exitCodes").Select(text => int.TryParse(text, out var code) ? code : -1).ToArray();
        if (codes.Any(code => code is < 0 or > 255))
            step.Map.Report("exitCodes", "An exit code is a number from 0 to 255.", "Write for example `exitCodes: [0, 3]`.");
        var environment = step.TemplateMap("env");
        foreach (var problem in environment.Keys.Select(CommandSpec.RejectVariable).OfType<string>())
            step.Map.Report("env", problem, "Give it another name.");
        return new(step.Map.Required("node"), argv, environment, ReadSecrets(step), step.Template("folder"), codes.Length > 0 ? codes : [0], ReadCapture(step));
    }

    static IReadOnlyDictionary<string, string> ReadSecrets(StepYaml step)
    {
        var secrets = step.Map.TextMap("secrets");
        foreach (var (variable, name) in secrets)
        {
            if (CommandSpec.RejectVariable(variable) is { } problem)
                step.Map.Report("secrets", problem, "Give it another name.");
            if (!SecretStore.IsName(name))
                step.Map.Report("secrets", $"The variable `{variable}` must be given the name of a secret, not the secret itself.", SecretStore.NameRule);
        }
        return secrets;
    }

    static Dictionary<string, Regex> ReadCapture(StepYaml step)
    {
        var captures = new Dictionary<string, Regex>();
        foreach (var (name, text) in step.Map.TextMap("capture"))
        {
            try
            {
                // Linear in the line, which is capped: no limit that a busy machine could overstep.
                captures[name] = new(text, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
            }
            catch (Exception wrong) when (wrong is ArgumentException or NotSupportedException)
            {
                step.Map.Report("capture", $"`{text}` is no pattern: {wrong.Message}", "Write a regular expression with one group.");
            }
        }
        return captures;
    }
}
