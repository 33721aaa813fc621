using OpsDashboard.Runbooks.Nodes.Streams;

namespace OpsDashboard.Runbooks.Nodes;

/// <summary>One node on which commands run. Thread-safe. What is expected to go wrong is a result, never an exception.</summary>
public interface ICommandNode
{
    /// <summary>Runs the command to its end, its time-out, or until <paramref name="abort"/>; in the latter cases its whole process tree is ended.</summary>
    Task<CommandResult> RunAsync(CommandSpec command, ICommandWatch watch, CancellationToken abort);

    /// <summary>What became of a command that an earlier process of ours started. Changes nothing.</summary>
    Task<FoundCommand> FindAsync(CommandHandle handle, CancellationToken stop);

    /// <summary>Ends the whole process tree of a command and makes sure of it; also of one that an earlier process of ours started.</summary>
    Task<AbortResult> AbortAsync(CommandHandle handle, CancellationToken stop);
}

/// <summary>Who follows a command.</summary>
public interface ICommandWatch
{
    /// <summary>The command's process is there and waits; its program begins when this has returned, and never where it throws. Stores the handle.</summary>
    Task StartedAsync(CommandHandle handle, CancellationToken stop);

    /// <summary>Called from several threads, one at a time a stream, in the order of writing.</summary>
    void Write(WrittenLine line);
}

public enum CommandEnding
{
    /// <summary>Nothing ran.</summary>
    NotStarted,

    Exited,

    /// <summary>Its time was up; its process tree is gone.</summary>
    TimedOut,

    /// <summary>Its process tree is gone.</summary>
    Aborted,

    /// <summary>It may have run, in part or as a whole, and may still be running.</summary>
    Unknown,
}

/// <param name="ExitCode">Where it exited; more than 128: by the signal of that number less 128.</param>
/// <param name="Sentence">For a person.</param>
public sealed record CommandResult(CommandEnding End, int? ExitCode, string Sentence)
{
    public long DroppedLines { get; init; }
    public long CutLines { get; init; }
    public long Masked { get; init; }

    /// <summary>Processes that it left behind, such as a daemon that it started.</summary>
    public int LeftRunning { get; init; }

    public static CommandResult NotStarted(string sentence) => new(CommandEnding.NotStarted, null, sentence);

    public static CommandResult Exited(int code) => new(CommandEnding.Exited, code, code switch
    {
        0 => "The command ended with exit code 0.",
        126 => "The command ended with exit code 126: its program may not be run.",
        127 => "The command ended with exit code 127: its program was not found.",
        > 128 and < 160 => $"The command was ended by signal {code - 128}.",
        _ => $"The command ended with exit code {code}.",
    });
}

public enum FoundState { Running, Ended, Gone, Unreachable }

/// <param name="ExitCode">Where it ended and its code was kept.</param>
public sealed record FoundCommand(FoundState State, int? ExitCode, string Sentence);

/// <param name="IsGone">Nothing of it is left; false: something is, or nobody can tell.</param>
public sealed record AbortResult(bool IsGone, string Sentence);
