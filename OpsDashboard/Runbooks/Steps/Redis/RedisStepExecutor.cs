using System.Globalization;
using System.Net.Sockets;
using OpsDashboard.Http;
using OpsDashboard.Metrics.Collectors;
using OpsDashboard.Metrics.Collectors.Redis;
using OpsDashboard.Runbooks.Expressions;
using OpsDashboard.Runbooks.Reading;
using StackExchange.Redis;

namespace OpsDashboard.Runbooks.Steps.Redis;

/// <param name="Expect">The answer must be this; null: any.</param>
public sealed record RedisStepOptions(string Connection, RedisOptions Server, IReadOnlyList<Template> Command, Template? Expect);

/// <summary>
/// One command on a Redis, as an argument list: a value is one argument whatever it holds. Commands that are known to read are allowed at any risk; all others
/// count as changes; scripts only where the step says <c>script: true</c>.
/// <code>{ name: drop, kind: redis, connection: "${qn_redis}", password_env: QN_REDIS_PW, database: 0, command: [DEL, "session:${parameters.user}"], expect: "1" }</code>
/// Outputs: <c>value</c> (of a list its first), <c>count</c>.
/// </summary>
public sealed class RedisStepExecutor(Outbound outbound, TimeProvider clock) : IStepExecutor, IStepKind
{
    const int MostLines = 500, MostOfOutput = 1000, MostDeep = 5;

    static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(5);

    public string Kind => "redis";

    public object Read(StepYaml step)
    {
        var map = step.Map;
        var command = step.Templates("command");
        var isScript = map.Flag("script") ?? false;
        if (command.Count == 0 || command[0].Source.Length == 0)
            map.Report("command", "`command` is missing.", "Write the command and its arguments as a list: `command: [GET, key]`.");
        else if (command.Take(RedisCommands.Words(command[0].Source)).Any(word => word.References.Any()))
            map.Report("command", "A value may not choose what is done.", "Write the command's name, its second word too where it has one; values may only be arguments.");
        else if (RedisCommands.Reject([.. command.Select(argument => argument.Source)], isScript) is var (problem, remedy))
            map.Report("command", problem, remedy);
        var database = map.Integer("database") ?? 0;
        if (database < 0)
            map.Report("database", $"`database: {database}` is no database.", "Write 0 or more.");
        var server = new RedisOptions(SecretSource.Read(map), Math.Max(0, database), map.Flag("tls") ?? false, [], null, TimeSpan.Zero, TimeSpan.Zero);
        return new RedisStepOptions(map.Text("connection") ?? "", server, command, step.Template("expect"));
    }

    public StepPlan Plan(StepSpec step, StepInputs inputs)
    {
        var options = (RedisStepOptions)step.Options;
        var command = Fill(options, inputs);
        return new(options.Expect is { } expect ? [.. command, $"answers {expect.Fill(inputs)}"] : command, options.Connection.Length > 0 ? $"{options.Connection}/{options.Server.Database}" : "", Risk(step, command))
        {
            Problem = options.Connection.Length == 0 ? "There is no Redis address in this environment." : RedisLink.Reject(options.Connection),
        };
    }

    public async Task<StepOutcome> ExecuteAsync(StepContext context, CancellationToken stop)
    {
        var options = context.Options<RedisStepOptions>();
        var command = Fill(options, context.Inputs);
        var wasSent = false;
        // Throws the connection away at the end, and with it what hangs.
        await using var link = new RedisLink(options.Connection, options.Server, outbound, clock);
        try
        {
            await link.OpenAsync(ConnectWithin, stop);
            wasSent = true;
            var answer = await link.ExecuteAsync(command[0], stop, [.. command.Skip(1).Cast<object>()]);
            var lines = new List<string>();
            Write(answer, "", 0, lines);
            foreach (var line in lines.Take(MostLines))
                context.Output.Write(line);
            if (lines.Count > MostLines)
                context.Output.Write($"… and {lines.Count - MostLines} more");
            return Judge(options, context.Inputs, answer, lines);
        }
        catch (RedisServerException refused)
        {
            // The server has read the command and refused it; of a script nobody knows how far it came.
            return new StepOutcome.Failed(RedisFailure.Of(refused, options.Connection).Reason, false, IsScript(options.Command[0]) ? StepEffect.Unknown : StepEffect.None);
        }
        catch (Exception failure) when (failure is RedisException or SocketException or TimeoutException or FormatException or SecretMissingException or OutboundClosedException)
        {
            var isOurs = failure is FormatException or SecretMissingException or OutboundClosedException;
            return new StepOutcome.Failed(RedisFailure.Of(failure, options.Connection).Reason, !isOurs, wasSent && Risk(context.Step, command) != RiskClass.Read ? StepEffect.Unknown : StepEffect.None);
        }
    }

    public Task<StepEffect> CheckAsync(StepContext context, CancellationToken stop) =>
        Task.FromResult(Risk(context.Step, Fill(context.Options<RedisStepOptions>(), context.Inputs)) == RiskClass.Read ? StepEffect.None : StepEffect.Unknown);

    static StepOutcome Judge(RedisStepOptions options, StepInputs inputs, RedisResult answer, List<string> lines)
    {
        var items = Items(answer);
        var value = items is null ? Text(answer) : items is [var first, ..] ? Text(first) : "";
        var outputs = new Dictionary<string, string>
        {
            ["value"] = value.Length > MostOfOutput ? value[..MostOfOutput] : value,
            ["count"] = (answer.IsNull ? 0 : items?.Length ?? 1).ToString(CultureInfo.InvariantCulture),
        };
        if (options.Expect?.Fill(inputs) is { } expected && value != expected)
            return new StepOutcome.Failed($"It answered “{(value.Length > 60 ? $"{value[..60]}…" : value)}”, not “{expected}”.", true, StepEffect.Applied);
        return new StepOutcome.Done(outputs, lines.Count == 1 ? $"It answered {lines[0]}." : $"It answered with {outputs["count"]} values.");
    }

    static void Write(RedisResult answer, string indent, int depth, List<string> lines)
    {
        if (Items(answer) is not { } items)
        {
            lines.AddRange(Text(answer).ReplaceLineEndings("\n").Split('\n').Select(line => indent + line));
            return;
        }
        if (items.Length == 0)
            lines.Add($"{indent}(nothing)");
        for (var i = 0; i < items.Length && depth < MostDeep; i++)
        {
            if (Items(items[i]) is { Length: > 0 })
            {
                lines.Add($"{indent}{i + 1}:");
                Write(items[i], $"{indent}  ", depth + 1, lines);
            }
            else
            {
                Write(items[i], $"{indent}{i + 1}: ", depth + 1, lines);
            }
        }
    }

    static string Text(RedisResult answer) => answer.IsNull ? "(nil)" : Items(answer) is { } items ? $"({items.Length} values)" : (string?)answer ?? "";

    // The client does not say what an answer is.
    static RedisResult[]? Items(RedisResult answer)
    {
        try
        {
            return answer.IsNull ? null : (RedisResult[])answer;
        }
        catch (InvalidCastException)
        {
            return null;
        }
    }

    static RiskClass Risk(StepSpec step, IReadOnlyList<string> command)
    {
        var least = RedisCommands.Least(command);
        return least == RiskClass.Read ? RiskClass.Read : step.Risk > least ? step.Risk : least;
    }

    static bool IsScript(Template name) => RedisCommands.Reject([name.Source], allowsScripts: false) is not null && RedisCommands.Reject([name.Source], allowsScripts: true) is null;

    static string[] Fill(RedisStepOptions options, StepInputs inputs) => [.. options.Command.Select(argument => argument.Fill(inputs))];
}
