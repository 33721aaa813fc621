using OpsDashboard.Runbooks.Steps;
using OpsDashboard.Storage;

namespace OpsDashboard.Runbooks.Output;

/// <summary>
/// Gathers what the steps of one run print and stores it in portions. While the database is slower than what prints, at most
/// <see cref="MostWaiting"/> lines wait; beyond that lines are left out, counted and said. Thread-safe.
/// </summary>
sealed class RunPrinter(Guid runId, RunOutputs outputs, TimeProvider clock, long printed, ILogger log)
{
    public const int MostWaiting = 200_000;

    /// <summary>Letters that are kept of one run.</summary>
    public const long MostLetters = 256L * 1024 * 1024;

    static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);
    const int MostLines = 5_000;

    readonly Lock gate = new();
    readonly List<OutputLine> waiting = [];
    long number = printed, letters, leftOut;
    string? lastFault;

    public IStepOutput Of(string step) => new StepOutput(this, step);

    /// <summary>Stores what comes until it is stopped; then what is left.</summary>
    public async Task PumpAsync(CancellationToken stop)
    {
        using var tick = new PeriodicTimer(Pace, clock);
        try
        {
            while (await tick.WaitForNextTickAsync(stop))
                await FlushAsync(CancellationToken.None);
        }
        catch (OperationCanceledException)
        {
            // What is left follows.
        }
        await FlushAsync(CancellationToken.None);
    }

    public async Task FlushAsync(CancellationToken stop)
    {
        while (true)
        {
            OutputLine[] portion;
            lock (gate)
                portion = [.. waiting.Take(MostLines)];
            if (portion.Length == 0)
                return;
            try
            {
                await outputs.StoreAsync(runId, portion, stop);
                lastFault = null;
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                // A run does not end because its lines cannot be kept for a moment; they wait.
                if (lastFault != fault.Message)
                    log.LogError(fault, "Lines of a run could not be stored; they wait");
                lastFault = fault.Message;
                return;
            }
            lock (gate)
                waiting.RemoveRange(0, portion.Length);
        }
    }

    void Write(string step, string text, bool isError)
    {
        var line = OutputText.Clean(text);
        lock (gate)
        {
            if (waiting.Count >= MostWaiting || letters > MostLetters)
            {
                leftOut++;
                return;
            }
            if (leftOut > 0)
                waiting.Add(new(++number, clock.Now(), step, true, $"{leftOut} lines were left out: they came faster than they could be stored."));
            leftOut = 0;
            letters += line.Length;
            waiting.Add(letters > MostLetters
                ? new(++number, clock.Now(), step, true, "No more is kept of this run's output.")
                : new(++number, clock.Now(), step, isError, line));
        }
    }

    sealed class StepOutput(RunPrinter printer, string step) : IStepOutput
    {
        public void Write(string line, bool isError = false) => printer.Write(step, line, isError);
    }
}
