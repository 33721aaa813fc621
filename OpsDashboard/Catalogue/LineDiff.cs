using System.Text;

namespace OpsDashboard.Catalogue;

public enum DiffKind { Same, Removed, Added }

/// <param name="Line">1-based, in the newer text, or in the older one where the line was removed.</param>
public readonly record struct DiffLine(DiffKind Kind, int Line, string Text);

/// <summary>The difference of two texts by lines: longest common subsequence after the common beginning and end are set aside.</summary>
public static class LineDiff
{
    // Above this many cells the table would cost more than the reader gains: the middle counts as replaced.
    const int MaxCells = 4_000_000;

    public static IReadOnlyList<DiffLine> Of(string before, string after)
    {
        var (old, now) = (Lines(before), Lines(after));
        var head = 0;
        while (head < old.Length && head < now.Length && old[head] == now[head])
            head++;
        var tail = 0;
        while (tail < old.Length - head && tail < now.Length - head && old[^(tail + 1)] == now[^(tail + 1)])
            tail++;
        var lines = new List<DiffLine>();
        for (var i = 0; i < head; i++)
            lines.Add(new(DiffKind.Same, i + 1, now[i]));
        Middle(old, now, head, tail, lines);
        for (var i = now.Length - tail; i < now.Length; i++)
            lines.Add(new(DiffKind.Same, i + 1, now[i]));
        return lines;
    }

    /// <summary>The changed lines with three unchanged ones around them, each with a sign before it.</summary>
    public static string Unified(string before, string after, int context = 3)
    {
        var lines = Of(before, after);
        var near = new bool[lines.Count];
        for (var i = 0; i < lines.Count; i++)
        {
            if (lines[i].Kind != DiffKind.Same)
                Array.Fill(near, true, Math.Max(0, i - context), Math.Min(lines.Count, i + context + 1) - Math.Max(0, i - context));
        }
        var text = new StringBuilder();
        for (var i = 0; i < lines.Count; i++)
        {
            if (!near[i])
                continue;
            if (i == 0 || !near[i - 1])
                text.Append("@@ line ").Append(lines[i].Line).Append(" @@\n");
            text.Append(lines[i].Kind switch { DiffKind.Added => '+', DiffKind.Removed => '-', _ => ' ' }).Append(lines[i].Text).Append('\n');
        }
        return text.ToString();
    }

    static void Middle(string[] old, string[] now, int head, int tail, List<DiffLine> lines)
    {
        var (rows, columns) = (old.Length - head - tail, now.Length - head - tail);
        var common = (long)rows * columns <= MaxCells ? Common(old, now, head, rows, columns) : null;
        var (i, j) = (0, 0);
        while (i < rows || j < columns)
        {
            if (common is not null && i < rows && j < columns && old[head + i] == now[head + j])
                (i, j) = (i + 1, Keep(lines, now, head + j) - head);
            else if (i < rows && (j >= columns || common is null || common[i + 1, j] >= common[i, j + 1]))
                lines.Add(new(DiffKind.Removed, head + i + 1, old[head + i++]));
            else
                lines.Add(new(DiffKind.Added, head + j + 1, now[head + j++]));
        }
    }

    static int Keep(List<DiffLine> lines, string[] now, int index)
    {
        lines.Add(new(DiffKind.Same, index + 1, now[index]));
        return index + 1;
    }

    static int[,] Common(string[] old, string[] now, int head, int rows, int columns)
    {
        var length = new int[rows + 1, columns + 1];
        for (var i = rows - 1; i >= 0; i--)
        {
            for (var j = columns - 1; j >= 0; j--)
                length[i, j] = old[head + i] == now[head + j] ? length[i + 1, j + 1] + 1 : Math.Max(length[i + 1, j], length[i, j + 1]);
        }
        return length;
    }

    static string[] Lines(string text) => text.Length == 0 ? [] : (text.EndsWith('\n') ? text[..^1] : text).Split('\n');
}
