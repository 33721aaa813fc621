namespace OpsDashboard.Runbooks.Nodes.Streams;

public enum OutputStream { Output, Errors }

/// <summary>One line that a command wrote: valid text without terminal escapes, secrets masked.</summary>
/// <param name="IsCut">It was longer than is kept.</param>
public sealed record WrittenLine(OutputStream Stream, string Text, bool IsCut = false);

/// <summary>How much of what a command writes is kept.</summary>
/// <param name="MaxLineLength">In characters; the rest of a longer line is cut off.</param>
/// <param name="MaxCharacters">Of both streams together; lines after it are dropped and counted.</param>
public sealed record OutputCaps(int MaxLineLength = 4000, long MaxCharacters = 64L << 20)
{
    public static readonly OutputCaps Default = new();
}

/// <summary>What both streams of one command may still keep, and what fell out. Thread-safe.</summary>
public sealed class OutputBudget(OutputCaps caps)
{
    long kept, dropped, cut;

    public OutputCaps Caps => caps;

    public long DroppedLines => Interlocked.Read(ref dropped);

    public long CutLines => Interlocked.Read(ref cut);

    /// <summary>Whether the line fits; counts it either way. Once a line was dropped all later ones are, so that what is kept has no hole.</summary>
    internal bool Take(int characters, bool isCut)
    {
        // A line costs something even when it is empty: a flood of line ends fills memory too.
        if (Interlocked.Add(ref kept, characters + 1) > caps.MaxCharacters || DroppedLines > 0)
        {
            Interlocked.Increment(ref dropped);
            return false;
        }
        if (isCut)
            Interlocked.Increment(ref cut);
        return true;
    }
}
