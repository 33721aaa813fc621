namespace OpsDashboard.Runbooks.Nodes.Streams;

/// <summary>Reads both streams of one command and hands their lines to who follows it.</summary>
public sealed class CommandOutput
{
    /// <summary>What a command leaves running may hold its streams open: so long is waited for what it wrote before it ended.</summary>
    static readonly TimeSpan Drain = TimeSpan.FromSeconds(1);

    readonly OutputBudget budget;
    readonly OutputReader output, errors;
    readonly ICommandWatch watch;

    public CommandOutput(CommandSpec command, ICommandWatch watch)
    {
        var secrets = command.Needles();
        budget = new(command.Caps);
        output = new(OutputStream.Output, budget, secrets);
        errors = new(OutputStream.Errors, budget, secrets);
        this.watch = watch;
    }

    public void Read(OutputStream stream, ReadOnlySpan<byte> chunk) => Hand(Reader(stream).Read(chunk));

    public void Complete(OutputStream stream) => Hand(Reader(stream).Complete());

    /// <summary>Reads the stream to its end, or until <paramref name="ended"/> and a second more.</summary>
    public async Task ReadAsync(OutputStream stream, Stream from, Task ended, TimeProvider clock)
    {
        using var enough = new CancellationTokenSource();
        var drained = DrainAsync(ended, clock, enough);
        var buffer = new byte[16 << 10];
        try
        {
            while (await from.ReadAsync(buffer, enough.Token) is > 0 and var length)
                Read(stream, buffer.AsSpan(0, length));
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // Held open by what the command left running, or torn down with it.
        }
        Complete(stream);
        await enough.CancelAsync();
        await drained;
    }

    /// <summary>The result with what was counted.</summary>
    public CommandResult Count(CommandResult result) => result with { DroppedLines = budget.DroppedLines, CutLines = budget.CutLines, Masked = output.Masked + errors.Masked };

    static async Task DrainAsync(Task ended, TimeProvider clock, CancellationTokenSource enough)
    {
        try
        {
            await ended.WaitAsync(enough.Token);
            await Task.Delay(Drain, clock, enough.Token);
            await enough.CancelAsync();
        }
        catch (OperationCanceledException)
        {
            // The stream ended first.
        }
    }

    OutputReader Reader(OutputStream stream) => stream == OutputStream.Output ? output : errors;

    void Hand(IReadOnlyList<WrittenLine> lines)
    {
        foreach (var line in lines)
            watch.Write(line);
    }
}
