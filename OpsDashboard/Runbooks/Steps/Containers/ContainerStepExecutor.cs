using System.Globalization;
using System.Text.RegularExpressions;
using OpsDashboard.Catalogue;
using OpsDashboard.Runbooks.Expressions;
using OpsDashboard.Runbooks.Reading;

namespace OpsDashboard.Runbooks.Steps.Containers;

public enum ContainerAction { Restart, Start, Stop, Logs, Inspect }

/// <param name="Grace">What a container may take to stop before it is killed.</param>
/// <param name="Tail">How many of its last lines are shown.</param>
public sealed record ContainerOptions(string Connection, ContainerAction Action, Template Container, TimeSpan Grace, int Tail)
{
    public bool IsRead => Action is ContainerAction.Logs or ContainerAction.Inspect;
}

/// <summary>
/// A container, over the Docker API of the machine on which the dashboard runs: <c>unix:///run/docker.sock</c>, or podman's socket. Restart and start are done
/// when the container runs, and, where it has a health check, is healthy.
/// <code>{ name: restart, kind: container, connection: "${dd_docker}", action: restart, container: "${parameters.container}", grace: 10s, timeout: 2m }</code>
/// Outputs: <c>status</c>, <c>health</c>, <c>exit</c>, <c>restarts</c>, <c>started</c>, <c>image</c>; of logs <c>lines</c>, <c>last</c>.
/// </summary>
public sealed partial class ContainerStepExecutor(TimeProvider clock) : IStepExecutor, IStepKind
{
    const string Scheme = "unix://";
    const int MostLines = 5000, MostOfOutput = 1000;

    static readonly TimeSpan LookPause = TimeSpan.FromMilliseconds(500), MostGrace = TimeSpan.FromMinutes(10);

    public string Kind => "container";

    public object Read(StepYaml step)
    {
        var map = step.Map;
        var action = map.Choice<ContainerAction>("action");
        if (!map.Has("action"))
            map.Report("action", "`action` is missing.", "Write `action: restart`, `start`, `stop`, `logs` or `inspect`.");
        var connection = map.Text("connection") ?? "";
        if (Reject(connection) is { } wrong && connection.Length > 0)
            map.Report("connection", wrong, "Write the socket's path: `connection: unix:///run/docker.sock`.");
        var grace = map.Duration("grace") ?? TimeSpan.FromSeconds(10);
        if (grace < TimeSpan.Zero || grace > MostGrace)
            map.Report("grace", "A container gets from 0s to 10m to stop.", "Write for example `grace: 10s`.");
        var tail = map.Integer("tail") ?? 50;
        if (tail is < 1 or > MostLines)
            map.Report("tail", $"`tail: {tail}` is out of range.", $"Write a number from 1 to {MostLines}.");
        return new ContainerOptions(connection, action ?? ContainerAction.Inspect, step.RequiredTemplate("container"), grace, tail);
    }

    public StepPlan Plan(StepSpec step, StepInputs inputs)
    {
        var options = (ContainerOptions)step.Options;
        var container = options.Container.Fill(inputs);
        string[] more = options.Action switch
        {
            ContainerAction.Restart or ContainerAction.Stop => [$"killed after {PrometheusDuration.Format(options.Grace)}"],
            ContainerAction.Logs => [$"last {options.Tail} lines"],
            _ => [],
        };
        return new([options.Action.ToString().ToLowerInvariant(), container, .. more], options.Connection, options.IsRead ? RiskClass.Read : step.Risk == RiskClass.Read ? RiskClass.Reversible : step.Risk)
        {
            Problem = options.Connection.Length == 0 ? "There is no container engine in this environment." : Reject(options.Connection)
                ?? (Name().IsMatch(container) || (inputs.IsPreview && options.Container.References.Any(reference => !reference.IsParameter)) ? null : $"“{container}” is no name of a container."),
        };
    }

    public async Task<StepOutcome> ExecuteAsync(StepContext context, CancellationToken stop)
    {
        var options = context.Options<ContainerOptions>();
        var container = options.Container.Fill(context.Inputs);
        if (!Name().IsMatch(container))
            return new StepOutcome.Failed($"“{container}” is no name of a container.", false, StepEffect.None);
        var wasAsked = false;
        try
        {
            using var engine = Engine(options);
            var before = await engine.InspectAsync(container, stop);
            if (options.IsRead)
                return options.Action == ContainerAction.Logs ? await LogsAsync(engine, container, options, context.Output, stop) : Shown(before, context.Output);
            await context.KeepAsync(before.StartedAt, stop);
            wasAsked = true;
            switch (options.Action)
            {
                case ContainerAction.Restart:
                    await engine.RestartAsync(container, options.Grace, stop);
                    break;
                case ContainerAction.Start:
                    context.Output.Write(await engine.StartAsync(container, stop) ? "It was started." : "It ran already.");
                    break;
                case ContainerAction.Stop:
                    context.Output.Write(await engine.StopAsync(container, options.Grace, stop) ? "It was stopped." : "It had stopped already.");
                    return Shown(await engine.InspectAsync(container, stop), context.Output);
            }
            return await SettleAsync(engine, container, context.Output, stop);
        }
        catch (ContainerException failure)
        {
            return new StepOutcome.Failed(failure.Message, !failure.IsRefused, wasAsked && !failure.IsRefused ? StepEffect.Unknown : StepEffect.None);
        }
    }

    /// <summary>Whether it runs or stands as wanted; of a restart, whether it has started since.</summary>
    public async Task<StepEffect> CheckAsync(StepContext context, CancellationToken stop)
    {
        var options = context.Options<ContainerOptions>();
        if (options.IsRead || context.Handle is null)
            return StepEffect.None;
        try
        {
            using var engine = Engine(options);
            var now = await engine.InspectAsync(options.Container.Fill(context.Inputs), stop);
            return options.Action switch
            {
                ContainerAction.Stop => now.IsRunning ? StepEffect.Unknown : StepEffect.Applied,
                ContainerAction.Start => now.IsRunning ? StepEffect.Applied : StepEffect.None,
                _ when now.StartedAt == context.Handle => now.IsRunning ? StepEffect.Unknown : StepEffect.None,
                _ => now.IsRunning ? StepEffect.Applied : StepEffect.Unknown,
            };
        }
        catch (ContainerException)
        {
            return StepEffect.Unknown;
        }
    }

    // It runs is not enough where it can say how it is.
    async Task<StepOutcome> SettleAsync(IContainerEngine engine, string container, IStepOutput output, CancellationToken stop)
    {
        using var tick = new PeriodicTimer(LookPause, clock);
        var said = "";
        while (true)
        {
            var now = await engine.InspectAsync(container, stop);
            var word = now.Health is null ? now.Status : $"{now.Status}, {now.Health}";
            if (word != said)
                output.Write(said = word);
            if (now is { IsRunning: true, Health: null or "healthy" })
                return Shown(now, output);
            if (now.Health == "unhealthy" || now.Status is "exited" or "dead")
                return new StepOutcome.Failed(now.Health == "unhealthy" ? "It runs, and its health check fails." : $"It started and ended, with exit code {now.ExitCode}.", false, StepEffect.Applied);
            await tick.WaitForNextTickAsync(stop);
        }
    }

    static async Task<StepOutcome> LogsAsync(IContainerEngine engine, string container, ContainerOptions options, IStepOutput output, CancellationToken stop)
    {
        var lines = await engine.LogsAsync(container, options.Tail, stop);
        foreach (var line in lines)
            output.Write(line.Text, line.IsError);
        var last = lines.Count > 0 ? Output.OutputText.Clean(lines[^1].Text) : "";
        return new StepOutcome.Done(new Dictionary<string, string> { ["lines"] = lines.Count.ToString(CultureInfo.InvariantCulture), ["last"] = last.Length > MostOfOutput ? last[..MostOfOutput] : last }, $"{lines.Count} lines.");
    }

    static StepOutcome Shown(ContainerState state, IStepOutput output)
    {
        var outputs = new Dictionary<string, string>
        {
            ["status"] = state.Status,
            ["health"] = state.Health ?? "",
            ["exit"] = state.ExitCode.ToString(CultureInfo.InvariantCulture),
            ["restarts"] = state.Restarts.ToString(CultureInfo.InvariantCulture),
            ["started"] = state.StartedAt,
            ["image"] = state.Image,
        };
        output.Write($"{state.Id[..Math.Min(12, state.Id.Length)]} {state.Image}: {state.Status}{(state.Health is { } health ? $", {health}" : "")}, started {state.StartedAt}, {state.Restarts} restarts{(state.MemoryLimit > 0 ? $", memory limit {state.MemoryLimit / (1024 * 1024)} MiB" : "")}");
        if (!state.IsRunning)
            output.Write($"exit code {state.ExitCode}{(state.WasKilledForMemory ? ", killed for want of memory" : "")}");
        return new StepOutcome.Done(outputs, $"It is {state.Status}{(state.Health is { } word ? $" and {word}" : "")}.");
    }

    static DockerEngine Engine(ContainerOptions options) => new(options.Connection[Scheme.Length..]);

    static string? Reject(string connection) => connection.StartsWith($"{Scheme}/", StringComparison.Ordinal) && connection.Length is > 8 and < 100 && !connection.Any(char.IsControl) ? null : $"`{connection}` is no socket of a container engine.";

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
