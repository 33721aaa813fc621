using System.Text;
using System.Text.RegularExpressions;
using OpsDashboard.Runbooks.Nodes.Streams;
using OpsDashboard.Runbooks.Secrets;

namespace OpsDashboard.Runbooks.Nodes;

/// <summary>What is run. Each argument reaches the program as it stands here: no shell reads it. Immutable.</summary>
/// <param name="Arguments">The program first.</param>
public sealed partial record CommandSpec(IReadOnlyList<string> Arguments)
{
    /// <summary>Less than Linux takes of one argument and of all.</summary>
    const int MaxArgumentBytes = 100_000, MaxBytes = 1_000_000;

    /// <summary>What a command keeps of the environment of whoever starts it; everything else is taken away.</summary>
    public static readonly IReadOnlyList<string> KeptVariables = ["PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "TMPDIR", "XDG_RUNTIME_DIR"];

    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Absolute; null: the root folder here, the user's home on another machine.</summary>
    public string? Folder { get; init; }

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Handed over in the environment, so that they are in nobody's list of processes; masked in the output.</summary>
    public IReadOnlyDictionary<string, SecretValue> Secrets { get; init; } = new Dictionary<string, SecretValue>();

    public OutputCaps Caps { get; init; } = OutputCaps.Default;

    /// <summary>Why it cannot be run, in a sentence; null: it can.</summary>
    public string? Problem()
    {
        if (Arguments.Count == 0 || Arguments[0].Length == 0)
            return "The command has no program.";
        if (Arguments[0][0] == '-')
            return $"The program `{Arguments[0]}` begins with a hyphen: it would be read as an option.";
        if (All().Any(text => text.Contains('\0')))
            return "The command holds a NUL, which no argument and no variable can.";
        if (All().FirstOrDefault(text => !IsWellFormed(text)) is not null)
            return "The command holds half of a character pair: it is no text.";
        if (Arguments.Any(argument => Encoding.UTF8.GetByteCount(argument) > MaxArgumentBytes) || All().Sum(text => (long)Encoding.UTF8.GetByteCount(text)) > MaxBytes)
            return $"The command is too long: {MaxArgumentBytes / 1000} KB an argument and {MaxBytes / 1000} KB in all are taken.";
        if (Folder is not null && !Folder.StartsWith('/'))
            return $"The folder `{Folder}` is not absolute.";
        return Environment.Keys.Concat(Secrets.Keys).Select(RejectVariable).FirstOrDefault(problem => problem is not null);
    }

    /// <summary>Why a command may not be given a variable of this name; null: it may.</summary>
    public static string? RejectVariable(string name) =>
        !VariableName().IsMatch(name) ? $"`{name}` is no name of a variable."
        : name.StartsWith("LD_", StringComparison.Ordinal) || name is "PATH" or "ENV" or "BASH_ENV" or "IFS" or "SHELLOPTS" or "BASHOPTS" or "PS4" or CommandHandle.Variable
            ? $"The variable `{name}` decides which program runs; a command may not be given it."
        : null;

    /// <summary>What is masked in its output.</summary>
    public SecretNeedles Needles() => new(Secrets.Values.Select(secret => secret.Reveal()));

    IEnumerable<string> All() => [.. Arguments, .. Environment.Values, .. Secrets.Values.Select(secret => secret.Reveal()), Folder ?? ""];

    static bool IsWellFormed(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar && !text.Contains('\ufffd'))
                return false;
        }
        return true;
    }

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]{0,127}\z", RegexOptions.CultureInvariant)]
    private static partial Regex VariableName();
}
