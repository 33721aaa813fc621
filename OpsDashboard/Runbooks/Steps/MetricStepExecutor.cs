using System.Globalization;
using OpsDashboard.Alerts.Story;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.Charts;
using OpsDashboard.Metrics.PromQl;
using OpsDashboard.Runbooks.Expressions;
using OpsDashboard.Runbooks.Proof;
using OpsDashboard.Runbooks.Reading;

namespace OpsDashboard.Runbooks.Steps;

/// <param name="For">How long it has to hold without a break.</param>
public sealed record MetricOptions(Template Expression, TimeSpan For);

/// <summary>
/// Waits until a condition holds: PromQL in the manner of an alert, true where its answer has an element. Gives up at the step's time-out.
/// <code>{ name: up, kind: metric, expression: "up{system=\"shop\",component=\"api\"} == 1", for: 10s, timeout: 2m }</code>
/// Outputs: <c>value</c>.
/// </summary>
public sealed class MetricStepExecutor(Func<IPromQl> promQl, TimeProvider clock) : IStepExecutor, IStepKind
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1), SayEvery = TimeSpan.FromSeconds(10);

    public string Kind => "metric";

    public object Read(StepYaml step)
    {
        var hold = step.Map.Duration("for") ?? TimeSpan.Zero;
        if (hold < TimeSpan.Zero || hold >= (step.Map.Duration("timeout") ?? StepSpec.DefaultTimeout))
            step.Map.Report("for", "It has to hold as long as the step may take, or longer.", "Give the step a longer `timeout:`.");
        return new MetricOptions(step.Expression("expression"), hold);
    }

    public StepPlan Plan(StepSpec step, StepInputs inputs)
    {
        var options = (MetricOptions)step.Options;
        return new([Fill(options, inputs), .. options.For > TimeSpan.Zero ? new[] { $"for {PrometheusDuration.Format(options.For)}" } : []], "metrics", RiskClass.Read);
    }

    public async Task<StepOutcome> ExecuteAsync(StepContext context, CancellationToken stop)
    {
        var options = context.Options<MetricOptions>();
        var expression = Fill(options, context.Inputs);
        var metrics = promQl().For(GoalSights.Viewer(context.SystemId));
        var query = metrics.Parse(expression);
        var form = ThresholdForm.Of(expression);
        var measured = form is null ? null : metrics.Parse(form.Measured);
        var unit = Measure.Of(expression, promQl(), null).Unit;
        using var tick = new PeriodicTimer(Pause, clock);
        (long Since, string Said, long SaidAt) state = (0, "", 0);
        var holdsSince = (long?)null;
        while (true)
        {
            var holds = await ValueAsync(query, stop) is not null;
            var now = await ValueAsync(measured ?? query, stop);
            var value = now is null ? "no samples" : UnitFormat.Text(now, unit);
            holdsSince = holds ? holdsSince ?? clock.GetTimestamp() : null;
            var word = $"{value}: {(holds ? "holds" : "does not hold yet")}";
            if (word != state.Said && (state.SaidAt == 0 || clock.GetElapsedTime(state.SaidAt) >= SayEvery || holds != state.Said.EndsWith(": holds", StringComparison.Ordinal)))
            {
                context.Output.Write(word);
                state = (0, word, clock.GetTimestamp());
            }
            if (holdsSince is { } since && clock.GetElapsedTime(since) >= options.For)
                return new StepOutcome.Done(new Dictionary<string, string> { ["value"] = now?.ToString(CultureInfo.InvariantCulture) ?? "" }, $"It holds, at {value}.");
            await tick.WaitForNextTickAsync(stop);
        }
    }

    public Task<StepEffect> CheckAsync(StepContext context, CancellationToken stop) => Task.FromResult(StepEffect.None);

    async Task<double?> ValueAsync(IPromQlQuery query, CancellationToken stop)
    {
        try
        {
            return (await query.InstantAsync(clock.GetUtcNow().ToUnixTimeMilliseconds(), SelectOptions.Raw, stop)).Series is [{ Samples: [.., var sample] }, ..] ? sample.Value : null;
        }
        catch (QueryLimitException)
        {
            // Too much is asked at the moment; the next second asks again.
            return null;
        }
    }

    static string Fill(MetricOptions options, StepInputs inputs) => options.Expression.Fill(inputs, Escaped);

    static string Escaped(string value) => value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
