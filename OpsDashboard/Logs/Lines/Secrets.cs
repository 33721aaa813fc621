using System.Buffers;
using System.Text.RegularExpressions;

namespace OpsDashboard.Logs.Lines;

/// <summary>What programs write into their logs and should not: it is replaced before it is stored.</summary>
static partial class Secrets
{
    public const string Mask = "•••";

    static readonly string[] SecretNames = ["password", "passwd", "secret", "authorization", "cookie", "apikey", "privatekey", "credential", "accesstoken", "refreshtoken", "sessiontoken", "authtoken"];

    // Found by vector instructions: a line without any of these costs next to nothing.
    static readonly SearchValues<string> Hints = SearchValues.Create(["password", "passwd", "secret", "bearer ", "authorization", "api_key", "apikey", "token", "eyJ"], StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a field of this name holds a secret, by the last part of its name.</summary>
    public static bool IsSecretName(string name)
    {
        var last = name.AsSpan(name.LastIndexOf('.') + 1);
        Span<char> plain = stackalloc char[Math.Min(last.Length, LogLimits.MaxFieldName)];
        var length = 0;
        foreach (var letter in last)
        {
            if (char.IsLetterOrDigit(letter) && length < plain.Length)
                plain[length++] = char.ToLowerInvariant(letter);
        }
        plain = plain[..length];
        if (plain.SequenceEqual("token"))
            return true;
        foreach (var secret in SecretNames)
        {
            if (plain.Contains(secret, StringComparison.Ordinal))
                return true;
        }
        return false;
    }

    /// <summary>The same text where nothing in it looks like a secret.</summary>
    public static string MaskIn(string text) => text.AsSpan().ContainsAny(Hints) ? Shape().Replace(text, match => match.Groups["before"].Value + Mask) : text;

    [GeneratedRegex("""
        (?<before>\b(?:[a-z0-9_.-]*(?:password|passwd|secret|api_?key|access_?token|refresh_?token|session_?token|auth_?token)|token)["']?\s*[=:]\s*["']?)[^\s"',;&|}\]]+
        |(?<before>\bauthorization["']?\s*[=:]\s*["']?(?:(?:bearer|basic)\s+)?)[^\s"',;]+
        |(?<before>\bbearer\s+)[A-Za-z0-9._~+/=-]{8,}
        |(?<before>)\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*
        """, RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant)]
    private static partial Regex Shape();
}
