using System.Buffers;
using System.Text;

namespace OpsDashboard.Incidents.Leading;

/// <summary>Text of people in Markdown: it reads as it was written and never becomes markup, a link or HTML.</summary>
public static class MarkdownText
{
    // Whatever ASCII punctuation CommonMark or GitHub give a meaning; a backslash takes it from each.
    static readonly SearchValues<char> Meaning = SearchValues.Create("\\`*_{}[]<>()#+-.!|~&:@=^$");

    /// <summary>On one line, for a heading, a cell or a list.</summary>
    public static string Inline(string text) => Escape(string.Join(' ', text.Split((char[]?)['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)));

    /// <summary>Paragraphs and line breaks stay.</summary>
    public static string Block(string text) => string.Join("\n\n", text.ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(paragraph => string.Join("\\\n", paragraph.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Escape))));

    static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length + 16);
        foreach (var letter in text)
        {
            if (Meaning.Contains(letter))
                escaped.Append('\\');
            escaped.Append(char.IsControl(letter) ? ' ' : letter);
        }
        return escaped.ToString().Trim();
    }
}
