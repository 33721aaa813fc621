using System.Text;

namespace OpsDashboard.Runbooks.Nodes.Streams;

/// <summary>Splits text at line ends (LF, CR LF, and CR alone, as progress bars use it) and keeps each line to the cap. Not thread-safe.</summary>
sealed class LineCutter(OutputStream stream, OutputBudget budget)
{
    readonly StringBuilder line = new();
    bool isCut, endedWithReturn;

    public void Cut(ReadOnlySpan<char> text, List<WrittenLine> lines)
    {
        while (!text.IsEmpty)
        {
            var end = text.IndexOfAny('\n', '\r');
            Append(end < 0 ? text : text[..end]);
            if (end < 0)
                return;
            if (!(text[end] == '\n' && endedWithReturn))
                End(lines);
            endedWithReturn = text[end] == '\r';
            text = text[(end + 1)..];
        }
    }

    /// <summary>A last line without a line end is a line too.</summary>
    public void Complete(List<WrittenLine> lines)
    {
        if (line.Length > 0 || isCut)
            End(lines);
    }

    void Append(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
            return;
        endedWithReturn = false;
        var room = budget.Caps.MaxLineLength - line.Length;
        if (!isCut && text.Length <= room)
        {
            line.Append(text);
            return;
        }
        if (!isCut)
            line.Append(text[..room]);
        isCut = true;
    }

    void End(List<WrittenLine> lines)
    {
        // Half of a pair is no character.
        if (isCut && line.Length > 0 && char.IsHighSurrogate(line[^1]))
            line.Length--;
        if (budget.Take(line.Length, isCut))
            lines.Add(new(stream, line.ToString(), isCut));
        line.Clear();
        isCut = false;
    }
}
