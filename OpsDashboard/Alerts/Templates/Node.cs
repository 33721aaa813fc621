namespace OpsDashboard.Alerts.Templates;

/// <summary>A part of a parsed template. Immutable.</summary>
/// <param name="At">Offset into the template.</param>
abstract record Node(int At);

sealed record TextNode(int At, string Text) : Node(At);

sealed record ActionNode(int At, Pipeline Pipeline) : Node(At);

enum BranchKind { If, With, Range }

/// <param name="Body">What is done when the pipeline is not empty; for range, for each of its elements.</param>
sealed record BranchNode(int At, BranchKind Kind, Pipeline Pipeline, IReadOnlyList<Node> Body, IReadOnlyList<Node> Else) : Node(At);

/// <summary><c>{{ break }}</c> or <c>{{ continue }}</c> in a range.</summary>
sealed record LoopNode(int At, bool Breaks) : Node(At);

/// <param name="Body">Null for <c>template</c>: it is called; else <c>define</c> gives it.</param>
sealed record CallTemplateNode(int At, string Name, Pipeline? Argument) : Node(At);

/// <param name="Variables">What the result is given to: <c>$x := …</c>, in a range also <c>$i, $x := …</c>.</param>
/// <param name="Assigns">An existing variable is set (<c>=</c>) rather than a new one declared.</param>
sealed record Pipeline(int At, IReadOnlyList<string> Variables, bool Assigns, IReadOnlyList<Command> Commands);

/// <summary>A function with its arguments, or a single operand.</summary>
sealed record Command(int At, IReadOnlyList<Operand> Operands);

abstract record Operand(int At)
{
    /// <summary>Fields taken of it: <c>.Labels.job</c>.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];
}

sealed record DotOperand(int At) : Operand(At);

sealed record VariableOperand(int At, string Name) : Operand(At);

sealed record FunctionOperand(int At, string Name) : Operand(At);

sealed record ConstantOperand(int At, object? Value) : Operand(At);

sealed record PipelineOperand(int At, Pipeline Pipeline) : Operand(At);
