using System.Globalization;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.Collectors;
using OpsDashboard.Metrics.Collectors.Http;
using OpsDashboard.Runbooks.Expressions;
using OpsDashboard.Runbooks.Reading;

namespace OpsDashboard.Runbooks.Steps;

/// <param name="Probe">Makes the probe.</param>
/// <param name="Options">What its kind read.</param>
/// <param name="Within">It is tried again until it succeeds, no longer than this; zero: once.</param>
public sealed record ProbeOptions(ICollectorKind Probe, Template Address, object Options, TimeSpan Within, TimeSpan Attempt);

/// <summary>
/// A probe as the collectors make it, from where the dashboard runs: its keys are those of a target of this kind in <c>targets.yml</c>.
/// <code>{ name: answers, kind: probe, probe: http, address: "${cg_api}/health", expect: { status: 200, json: [{ path: $.status, equals: healthy }] }, within: 60s, timeout: 70s }</code>
/// Outputs: <c>success</c>, <c>seconds</c>, <c>status</c> (of HTTP), <c>tries</c>.
/// </summary>
public sealed class ProbeStepExecutor(IEnumerable<ICollectorKind> kinds, TimeProvider clock) : IStepExecutor, IStepKind
{
    static readonly string[] Probes = ["http", "tcp"];

    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1), LongestAttempt = TimeSpan.FromSeconds(10);

    public string Kind => "probe";

    public object Read(StepYaml step)
    {
        var map = step.Map;
        var name = map.Required("probe");
        if (name.Length > 0 && !Probes.Contains(name))
            map.Report("probe", $"There is no probe `{name}`.", $"Use one of {string.Join(", ", Probes)}.");
        var address = step.RequiredTemplate("address");
        if (address.Places().FirstOrDefault() is { Reference: not null } && (name != "http" || !StepAddress.IsAnchored(address)))
            map.Report("address", "A value may not choose where the probe goes.", "Write scheme and host; of an http probe values may stand in path and query.");
        var timeout = map.Duration("timeout") ?? StepSpec.DefaultTimeout;
        var within = map.Duration("within") ?? TimeSpan.Zero;
        if (within < TimeSpan.Zero || within >= timeout)
            map.Report("within", "It is tried as long as the step may take, or longer.", "Give the step a longer `timeout:`.");
        var kind = kinds.FirstOrDefault(kind => kind.Kind == name && Probes.Contains(name));
        return new ProbeOptions(kind!, address, kind?.ReadOptions(map) ?? "", within, timeout < LongestAttempt ? timeout : LongestAttempt);
    }

    public StepPlan Plan(StepSpec step, StepInputs inputs)
    {
        var options = (ProbeOptions)step.Options;
        var address = StepAddress.Fill(options.Address, inputs);
        return new([$"{options.Probe.Kind} probe", address, .. options.Within > TimeSpan.Zero ? new[] { $"until it succeeds, at most {PrometheusDuration.Format(options.Within)}" } : []], HttpAddress.TryCreate(address)?.Authority ?? address, RiskClass.Read)
        {
            Problem = address.Length == 0 ? "There is no such address in this environment." : options.Probe.RejectAddress(address) is { } wrong ? $"The address cannot be probed: {wrong}" : StepAddress.Problem(options.Address, inputs),
        };
    }

    public async Task<StepOutcome> ExecuteAsync(StepContext context, CancellationToken stop)
    {
        var options = context.Options<ProbeOptions>();
        if (StepAddress.Problem(options.Address, context.Inputs) is { } problem)
            return new StepOutcome.Failed(problem, false, StepEffect.None);
        var target = Target(options, context);
        await using var probe = options.Probe.Create(target);
        using var tick = new PeriodicTimer(Pause, clock);
        var (began, said) = (clock.GetTimestamp(), "");
        for (var tries = 1; ; tries++)
        {
            var reading = new Measured(target, clock);
            var (outcome, late) = await TryAsync(probe, reading, options.Attempt, stop);
            var sentence = outcome.Failure == CollectFailure.None ? $"It answered as expected, in {reading.Seconds}." : outcome.Reason ?? outcome.Failure.ToString();
            if (sentence != said)
                context.Output.Write(said = sentence, isError: outcome.Failure != CollectFailure.None);
            if (outcome.Failure == CollectFailure.None)
                return new StepOutcome.Done(reading.Outputs(tries), sentence);
            if (clock.GetElapsedTime(began) + (late ? options.Attempt : Pause) > options.Within)
                return new StepOutcome.Failed(tries > 1 ? $"{sentence} It was tried {tries} times." : sentence, true, StepEffect.None);
            await tick.WaitForNextTickAsync(stop);
        }
    }

    public Task<StepEffect> CheckAsync(StepContext context, CancellationToken stop) => Task.FromResult(StepEffect.None);

    async Task<(CollectOutcome Outcome, bool IsLate)> TryAsync(ICollector probe, Measured reading, TimeSpan within, CancellationToken stop)
    {
        using var late = new CancellationTokenSource(within, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, late.Token);
        var outcome = await probe.CollectAsync(reading, either.Token);
        stop.ThrowIfCancellationRequested();
        return (outcome, late.IsCancellationRequested);
    }

    static Target Target(ProbeOptions options, StepContext context) => new()
    {
        SystemId = context.SystemId,
        ComponentId = "",
        Environment = "",
        Job = "runbook",
        Kind = options.Probe.Kind,
        Address = StepAddress.Fill(options.Address, context.Inputs),
        Instance = "",
        Timeout = options.Attempt,
        Options = options.Options,
        File = "",
        Line = context.Step.Line,
    };

    /// <summary>Keeps what one probe measured; nothing of it becomes a sample.</summary>
    sealed class Measured(Target target, TimeProvider clock) : CollectContext
    {
        readonly Dictionary<string, double> values = [];

        public override Target Target => target;
        public override long At { get; } = clock.GetUtcNow().ToUnixTimeMilliseconds();
        public override TimeProvider Clock => clock;
        public override ISampleAppender Appender => throw new NotSupportedException("A probe of a runbook appends no samples.");

        public string Seconds => $"{values.GetValueOrDefault("probe_duration_seconds").ToString("0.###", CultureInfo.InvariantCulture)} s";

        public override void Add(string metric, double value, params ReadOnlySpan<(string Name, string Value)> labels)
        {
            // Of the phases only the whole.
            if (labels is [] or [("phase", "total")])
                values[metric] = value;
        }

        public override void Describe(string metric, MetricKind kind, string help) { }

        public override void AddResolved(ReadOnlySpan<PendingSample> samples) { }

        public override void KeepDocument(string name, object document) { }

        public Dictionary<string, string> Outputs(int tries)
        {
            var outputs = new Dictionary<string, string>
            {
                ["success"] = "1",
                ["seconds"] = values.GetValueOrDefault("probe_duration_seconds").ToString(CultureInfo.InvariantCulture),
                ["tries"] = tries.ToString(CultureInfo.InvariantCulture),
            };
            if (values.TryGetValue("probe_http_status_code", out var status))
                outputs["status"] = status.ToString(CultureInfo.InvariantCulture);
            return outputs;
        }
    }
}
