using System.Text;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.PromQl;

namespace OpsDashboard.Alerts.Templates;

/// <summary>One filling of a template, as Go's text/template/exec.go. Not thread-safe.</summary>
sealed class Execution(string template, Dictionary<string, IReadOnlyList<Node>> defined, TemplateData data)
{
    const int MaxDepth = 50;
    const int MaxSteps = 100_000;

    enum Flow { On, Break, Continue }

    readonly StringBuilder output = new();
    readonly List<(string Name, object? Value)> variables =
        [("$", data), ("$labels", data.LabelMap), ("$externalLabels", data.External), ("$externalURL", data.ExternalUrl), ("$value", data.Value)];
    int depth;
    int steps;

    public async ValueTask<string> RunAsync(IReadOnlyList<Node> nodes)
    {
        await WalkAsync(nodes, data);
        return output.ToString();
    }

    async ValueTask<Flow> WalkAsync(IReadOnlyList<Node> nodes, object? dot)
    {
        foreach (var node in nodes)
        {
            if (++steps > MaxSteps || output.Length > Template.LongestResult)
                throw Lexer.Error(template, node.At, "the template makes too much text");
            switch (node)
            {
                case TextNode text:
                    output.Append(text.Text);
                    break;
                case ActionNode action:
                    var value = await EvaluateAsync(action.Pipeline, dot);
                    if (action.Pipeline.Variables.Count == 0)
                        output.Append(Values.Print(value));
                    break;
                case LoopNode loop:
                    return loop.Breaks ? Flow.Break : Flow.Continue;
                case CallTemplateNode call:
                    await CallAsync(call, dot);
                    break;
                case BranchNode branch when await BranchAsync(branch, dot) is not Flow.On and var flow:
                    return flow;
            }
        }
        return Flow.On;
    }

    async ValueTask<Flow> BranchAsync(BranchNode branch, object? dot)
    {
        var scope = variables.Count;
        var value = await EvaluateAsync(branch.Pipeline, dot, declares: branch.Kind != BranchKind.Range);
        var flow = Flow.On;
        if (!Values.IsTrue(value))
            flow = await WalkAsync(branch.Else, dot);
        else if (branch.Kind == BranchKind.Range)
            flow = await RangeAsync(branch, value);
        else
            flow = await WalkAsync(branch.Body, branch.Kind == BranchKind.With ? value : dot);
        variables.RemoveRange(scope, variables.Count - scope);
        return flow;
    }

    async ValueTask<Flow> RangeAsync(BranchNode branch, object? value)
    {
        var scope = variables.Count;
        foreach (var (key, element) in Elements(branch, value))
        {
            if (branch.Pipeline.Variables is [.., var last])
                Give(last, element, branch.Pipeline.Assigns);
            if (branch.Pipeline.Variables is [var first, _])
                Give(first, key, branch.Pipeline.Assigns);
            var flow = await WalkAsync(branch.Body, element);
            variables.RemoveRange(scope, variables.Count - scope);
            if (flow == Flow.Break)
                break;
        }
        return Flow.On;
    }

    IEnumerable<(object? Key, object? Element)> Elements(BranchNode branch, object? value) => value switch
    {
        IReadOnlyList<object?> list => list.Select((element, index) => ((object?)(long)index, element)),
        IReadOnlyDictionary<string, string> map => map.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => ((object?)pair.Key, (object?)pair.Value)),
        IReadOnlyDictionary<string, object?> map => map.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => ((object?)pair.Key, pair.Value)),
        long count => Enumerable.Range(0, (int)Math.Clamp(count, 0, MaxSteps)).Select(index => ((object?)(long)index, (object?)(long)index)),
        _ => throw Lexer.Error(template, branch.Pipeline.At, $"range can't iterate over {Values.Print(value)}"),
    };

    async ValueTask CallAsync(CallTemplateNode call, object? dot)
    {
        if (!defined.TryGetValue(call.Name, out var body))
            throw Lexer.Error(template, call.At, $"template \"{call.Name}\" not defined");
        if (++depth > MaxDepth)
            throw Lexer.Error(template, call.At, "templates call each other too deeply");
        var argument = call.Argument is null ? null : await EvaluateAsync(call.Argument, dot);
        var scope = variables.Count;
        await WalkAsync(body, argument);
        variables.RemoveRange(scope, variables.Count - scope);
        depth--;
    }

    async ValueTask<object?> EvaluateAsync(Pipeline pipeline, object? dot, bool declares = true)
    {
        object? value = null;
        for (var i = 0; i < pipeline.Commands.Count; i++)
            value = await RunAsync(pipeline.Commands[i], dot, i > 0, value);
        if (declares && pipeline.Variables is [var name, ..])
            Give(name, value, pipeline.Assigns);
        return value;
    }

    void Give(string name, object? value, bool assigns)
    {
        var known = assigns ? variables.FindLastIndex(variable => variable.Name == name) : -1;
        if (known >= 0)
            variables[known] = (name, value);
        else
            variables.Add((name, value));
    }

    async ValueTask<object?> RunAsync(Command command, object? dot, bool isPiped, object? piped)
    {
        if (command.Operands[0] is not FunctionOperand function)
            return await ValueOfAsync(command.Operands[0], dot);
        if (function.Name is "and" or "or")
            return await ShortcutAsync(function.Name == "or", command, dot, isPiped, piped);
        var arguments = new object?[command.Operands.Count - 1 + (isPiped ? 1 : 0)];
        for (var i = 1; i < command.Operands.Count; i++)
            arguments[i - 1] = await ValueOfAsync(command.Operands[i], dot);
        if (isPiped)
            arguments[^1] = piped;
        return Fields(await CallAsync(function, arguments), function);
    }

    async ValueTask<object?> ShortcutAsync(bool until, Command command, object? dot, bool isPiped, object? piped)
    {
        object? value = null;
        for (var i = 1; i < command.Operands.Count; i++)
        {
            value = await ValueOfAsync(command.Operands[i], dot);
            if (Values.IsTrue(value) == until)
                return value;
        }
        return isPiped ? piped : value;
    }

    async ValueTask<object?> CallAsync(FunctionOperand function, object?[] arguments)
    {
        try
        {
            return function.Name == "query" ? await QueryAsync(arguments) : FunctionTable.Call(function.Name, arguments, data);
        }
        catch (Exception wrong) when (wrong is ArgumentException or PromQlException or QueryLimitException)
        {
            throw Lexer.Error(template, function.At, $"error calling {function.Name}: {wrong.Message}");
        }
    }

    async ValueTask<object?> QueryAsync(object?[] arguments)
    {
        if (arguments.Length != 1)
            throw new ArgumentException($"wrong number of args for query: want 1 got {arguments.Length}");
        return Values.Of(data.Query is { } ask ? await ask(Values.Text(arguments[0])) : throw new ArgumentException("nothing can be asked here"));
    }

    async ValueTask<object?> ValueOfAsync(Operand operand, object? dot)
    {
        var value = operand switch
        {
            DotOperand => dot,
            VariableOperand variable => variables[variables.FindLastIndex(known => known.Name == variable.Name)].Value,
            ConstantOperand constant => constant.Value,
            PipelineOperand nested => await EvaluateAsync(nested.Pipeline, dot),
            FunctionOperand function => await CallAsync(function, []),
            _ => null,
        };
        return Fields(value, operand);
    }

    object? Fields(object? value, Operand operand)
    {
        try
        {
            foreach (var field in operand.Fields)
                value = Values.Field(value, field);
            return value;
        }
        catch (ArgumentException wrong)
        {
            throw Lexer.Error(template, operand.At, wrong.Message);
        }
    }
}
