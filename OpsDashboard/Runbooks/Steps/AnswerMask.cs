using System.Text.RegularExpressions;

namespace OpsDashboard.Runbooks.Steps;

/// <summary>Makes what a program answers fit to be shown: a debug page that tells its configuration tells its secrets too, and nobody here knows their values.</summary>
static class AnswerMask
{
    const string Mask = "•••";
    const string Names = "(?:pass(?:word|wd|phrase)?|pwd|secret|token|api[_-]?key|private[_-]?key|access[_-]?key|signing[_-]?key|credential|authorization|cookie|dsn|connection[_-]?string)";
    const RegexOptions Linear = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking;

    // A member of JSON: a text with its escapes, a number, or a list of such things.
    static readonly Regex Member = new($$"""(?<name>"[^"]{0,80}{{Names}}[^"]{0,80}"\s*:\s*)(?:"(?:[^"\\]|\\.)*"|-?[0-9][0-9.eE+-]*|\[[^\[\]{}]*\])""", Linear);

    // JWT_SECRET=…, password: …
    static readonly Regex Variable = new($$"""(?<name>(?:^|[\s;&?])[A-Za-z0-9_.-]{0,80}{{Names}}[A-Za-z0-9_.-]{0,80}(?:=|:[ \t]))[^\s"&;]+""", Linear | RegexOptions.Multiline);

    static readonly Regex Bearer = new("""(?<name>Bearer\s+)[A-Za-z0-9._~+/=-]+""", Linear);

    // postgres://user:password@host
    static readonly Regex Address = new("""(?<name>://[^\s:/@"]{0,200}:)[^\s/@"]+@""", Linear);

    /// <summary>The text without the values of members, variables and addresses that hold secrets by their name or form.</summary>
    public static string Apply(string text)
    {
        text = Member.Replace(text, $"${{name}}\"{Mask}\"");
        text = Variable.Replace(text, $"${{name}}{Mask}");
        text = Bearer.Replace(text, $"${{name}}{Mask}");
        return Address.Replace(text, $"${{name}}{Mask}@");
    }
}
