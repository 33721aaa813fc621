using OpsDashboard.Runbooks.Steps;
using OpsDashboard.Runbooks.Store;
using OpsDashboard.Storage;

namespace OpsDashboard.Runbooks.Running;

/// <summary>What a step that is executed writes down about itself meanwhile. Thread-safe.</summary>
/// <param name="change">Changes the run under the runner's lease.</param>
sealed class StepRow(Guid runId, int index, Func<Func<Run, Run?>, CancellationToken, Task<Run>> change, RunStore store, TimeProvider clock)
{
    static readonly TimeSpan LookPause = TimeSpan.FromMilliseconds(250);

    public Task KeepAsync(string handle, CancellationToken stop) => change(now => now.Kept(index, handle), stop);

    public Task KeepInnerAsync(StepRun inner, CancellationToken stop) => change(now => now.InnerKept(index, inner), stop);

    /// <summary>Asks, whichever replica the answer comes to. An answer counts from the moment in which it is stored.</summary>
    /// <returns>Null: nobody answered in time.</returns>
    public async Task<StepAnswer?> AskAsync(StepQuestion question, CancellationToken stop)
    {
        var asked = await change(now => now.Asked(index, question, clock.Now()), stop);
        var until = asked.Steps[index].Deadline;
        StepAnswer? answer = null;
        try
        {
            using var tick = new PeriodicTimer(LookPause, clock);
            while (answer is null && clock.GetUtcNow() < until && await tick.WaitForNextTickAsync(stop))
                answer = (await store.FindAsync(runId, stop))?.Steps[index].Answer;
        }
        finally
        {
            answer = (await change(now => now.AskedNoMore(index), CancellationToken.None)).Steps[index].Answer;
        }
        return answer;
    }
}
