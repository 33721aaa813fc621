using System.Data.Common;
using System.Globalization;
using OpsDashboard.Access;
using OpsDashboard.Logs;
using OpsDashboard.Runbooks.Expressions;
using OpsDashboard.Runbooks.Proof;
using OpsDashboard.Runbooks.Reading;

namespace OpsDashboard.Runbooks.Steps.Logs;

/// <summary>
/// Searches the system's logs and waits until enough lines are there (<c>least</c>, 1 unless <c>most</c> is given), or watches that no more than <c>most</c>
/// come <c>within</c> a time. <c>search</c> is what the page of the logs takes; a value in it is a phrase.
/// <code>{ name: recovered, kind: logs, search: "RECOVERY_SUCCESS ${parameters.player}", components: [api], least: 1, since: 1m, within: 2m, timeout: 3m }</code>
/// Outputs: <c>lines</c>, <c>last</c>, the newest of them.
/// </summary>
public sealed class LogsStepExecutor(Func<ILogQuery> logs, TimeProvider clock) : IStepExecutor, IStepKind
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    const int ShownLines = 20, MostOfOutput = 1000;

    public string Kind => "logs";

    public object Read(StepYaml step) => LogsStepOptions.Read(step);

    public StepPlan Plan(StepSpec step, StepInputs inputs) => new([.. ((LogsStepOptions)step.Options).Words(inputs)], $"logs of {step.SystemId}", RiskClass.Read);

    public async Task<StepOutcome> ExecuteAsync(StepContext context, CancellationToken stop)
    {
        var options = context.Options<LogsStepOptions>();
        var filter = options.Filter(context.SystemId, context.Inputs, context.StartedAt - options.Since);
        var enough = options.Most + 1 ?? Math.Max(1, options.Least);
        var shown = new HashSet<long>();
        using var tick = new PeriodicTimer(Pause, clock);
        while (true)
        {
            // Read before the search: what it finds is at least as new.
            var isOver = clock.GetUtcNow() - context.StartedAt >= options.Within;
            Found found;
            try
            {
                found = await SearchAsync(context.SystemId, filter, enough, stop);
            }
            catch (InvalidInputException wrong)
            {
                return new StepOutcome.Failed($"The search {wrong.Problems[0].Message}", false, StepEffect.None);
            }
            catch (DbException) when (!isOver)
            {
                // The logs' database is away; the next second asks again.
                await tick.WaitForNextTickAsync(stop);
                continue;
            }
            catch (DbException away)
            {
                return new StepOutcome.Failed($"The logs could not be searched: {away.Message}", true, StepEffect.None);
            }
            foreach (var entry in found.Lines.Reverse().Where(entry => shown.Count < ShownLines && shown.Add(entry.Id)))
                context.Output.Write($"{entry.At.UtcDateTime:HH:mm:ss.fff}Z {entry.Level.ToString().ToLowerInvariant()} {entry.Component} {entry.Message}");
            if (Judge(options, found, isOver) is { } outcome)
                return outcome;
            await tick.WaitForNextTickAsync(stop);
        }
    }

    public Task<StepEffect> CheckAsync(StepContext context, CancellationToken stop) => Task.FromResult(StepEffect.None);

    // A search that ran out of its own time is gone on with: half a count proves nothing.
    async Task<Found> SearchAsync(string systemId, LogFilter filter, int enough, CancellationToken stop)
    {
        var lines = new List<LogEntry>();
        string? cursor = null;
        do
        {
            var page = await logs().SearchAsync(GoalSights.Viewer(systemId), filter, cursor, enough - lines.Count, stop);
            lines.AddRange(page.Entries);
            cursor = page.Next;
        }
        while (cursor is not null && lines.Count < enough);
        return new(lines);
    }

    static StepOutcome? Judge(LogsStepOptions options, Found found, bool isOver)
    {
        var count = found.Lines.Count;
        if (count > options.Most)
            return new StepOutcome.Failed($"More than {options.Most} lines were found. {found.Last}", false, StepEffect.None);
        if (count >= options.Least && (options.Most is null || isOver))
            return new StepOutcome.Done(new Dictionary<string, string> { ["lines"] = count.ToString(CultureInfo.InvariantCulture), ["last"] = Cut(found.Last) },
                options.Most is null ? $"{count} {(count == 1 ? "line was" : "lines were")} found." : $"{count} lines were found, at most {options.Most} are allowed.");
        return isOver ? new StepOutcome.Failed($"Only {count} of at least {options.Least} lines were found.", true, StepEffect.None) : null;
    }

    static string Cut(string text) => text.Length > MostOfOutput ? text[..MostOfOutput] : text;

    /// <param name="Lines">Newest first; no more than decide.</param>
    sealed record Found(IReadOnlyList<LogEntry> Lines)
    {
        public string Last => Lines is [var newest, ..] ? newest.Message : "";
    }
}
