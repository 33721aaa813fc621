using System.Globalization;

namespace OpsDashboard.Alerts.Templates;

/// <summary>Builds the tree of a template, as Go's text/template/parse. Nothing of a wrong template is run.</summary>
sealed class Parser(string template)
{
    const int MaxDepth = 50;

    readonly IReadOnlyList<Token> tokens = Lexer.Read(template);
    readonly HashSet<string> variables = ["$", "$labels", "$externalLabels", "$externalURL", "$value"];
    int next;
    int depth;
    int loops;

    public Dictionary<string, IReadOnlyList<Node>> Defined { get; } = [];

    public IReadOnlyList<Node> Parse()
    {
        var nodes = List(out var end);
        return end is null ? nodes : throw Error(end.Value, $"unexpected {{{{{end.Value.Text}}}}}");
    }

    /// <summary>Nodes up to <c>end</c> or <c>else</c>, which is returned with its action still open, or to the end of the text.</summary>
    List<Node> List(out Token? end)
    {
        if (++depth > MaxDepth)
            throw Error(Peek(), $"the template nests deeper than {MaxDepth} levels");
        var nodes = new List<Node>();
        while (true)
        {
            var token = Take();
            if (token.Kind == TokenKind.End)
            {
                end = null;
                break;
            }
            if (token.Kind == TokenKind.Text)
            {
                nodes.Add(new TextNode(token.At, token.Text));
                continue;
            }
            SkipSpace();
            if (Peek() is { Kind: TokenKind.Word, Text: "end" or "else" })
            {
                end = Take();
                break;
            }
            if (Action() is { } node)
                nodes.Add(node);
        }
        depth--;
        return nodes;
    }

    Node? Action()
    {
        var token = Peek();
        if (token.Kind != TokenKind.Word)
            return Closed(new ActionNode(token.At, Pipeline()));
        switch (token.Text)
        {
            case "if" or "with" or "range":
                Take();
                return Branch(token);
            case "break" or "continue":
                Take();
                return loops > 0 ? Closed(new LoopNode(token.At, token.Text == "break")) : throw Error(token, $"{{{{{token.Text}}}}} outside {{{{range}}}}");
            case "template":
                Take();
                return Template(token);
            case "define":
                Take();
                Define(token);
                return null;
            case "block":
                throw Error(token, "block is not supported; use define and template");
            default:
                return Closed(new ActionNode(token.At, Pipeline()));
        }
    }

    BranchNode Branch(Token word)
    {
        var kind = word.Text switch { "if" => BranchKind.If, "with" => BranchKind.With, _ => BranchKind.Range };
        var known = variables.ToHashSet();
        var pipeline = Pipeline(isRange: kind == BranchKind.Range);
        Close();
        loops += kind == BranchKind.Range ? 1 : 0;
        var body = List(out var end);
        loops -= kind == BranchKind.Range ? 1 : 0;
        IReadOnlyList<Node> otherwise = [];
        if (end is { Text: "else" })
            otherwise = Else(word, kind, ref end);
        variables.IntersectWith(known);
        if (end is null)
            throw Error(word, $"{{{{{word.Text}}}}} has no {{{{end}}}}");
        return end.Value.Kind == TokenKind.End ? new(word.At, kind, pipeline, body, otherwise) : Closed(new BranchNode(word.At, kind, pipeline, body, otherwise));
    }

    // {{else if x}} needs one {{end}} only: it is a branch that has taken the end already.
    IReadOnlyList<Node> Else(Token word, BranchKind kind, ref Token? end)
    {
        SkipSpace();
        if (Peek() is { Kind: TokenKind.Word, Text: "if" or "with" } chained && kind != BranchKind.Range)
        {
            Take();
            var branch = Branch(chained);
            end = new(TokenKind.End, "", branch.At);
            return [branch];
        }
        Close();
        var nodes = List(out end);
        return end is { Text: "else" } ? throw Error(end.Value, $"{{{{{word.Text}}}}} has two {{{{else}}}}") : nodes;
    }

    CallTemplateNode Template(Token word)
    {
        var name = Name();
        var argument = Peek().Kind == TokenKind.Close ? null : Pipeline();
        return Closed(new CallTemplateNode(word.At, name, argument));
    }

    void Define(Token word)
    {
        var name = Name();
        Close();
        var body = List(out var end);
        if (end is not { Text: "end" })
            throw Error(word, "{{define}} has no {{end}}");
        Close();
        Defined[name] = body;
    }

    string Name()
    {
        SkipSpace();
        var name = Take();
        SkipSpace();
        return name.Kind == TokenKind.Quoted ? name.Text : throw Error(name, "a quoted name is expected");
    }

    Pipeline Pipeline(bool isRange = false)
    {
        SkipSpace();
        var start = Peek();
        var declared = new List<string>();
        var assigns = Declaration(declared, isRange);
        var commands = new List<Command>();
        while (true)
        {
            commands.Add(Command());
            if (Peek().Kind != TokenKind.Pipe)
                break;
            Take();
        }
        foreach (var later in commands.Skip(1))
        {
            if (later.Operands[0] is not FunctionOperand { Fields.Count: 0 })
                throw Lexer.Error(template, later.At, "behind | a function is expected");
        }
        foreach (var name in declared)
        {
            if (assigns && !variables.Contains(name))
                throw Error(start, $"undefined variable {name}");
            variables.Add(name);
        }
        return new(start.At, declared, assigns, commands);
    }

    bool Declaration(List<string> declared, bool isRange)
    {
        var back = next;
        while (Peek().Kind == TokenKind.Variable)
        {
            declared.Add(Take().Text);
            SkipSpace();
            if (Peek() is { Kind: TokenKind.Declare or TokenKind.Assign } sign)
            {
                Take();
                return sign.Kind == TokenKind.Assign;
            }
            if (!isRange || declared.Count > 1 || Peek().Kind != TokenKind.Comma)
                break;
            Take();
            SkipSpace();
        }
        declared.Clear();
        next = back;
        return false;
    }

    Command Command()
    {
        SkipSpace();
        var at = Peek().At;
        var operands = new List<Operand>();
        while (true)
        {
            SkipSpace();
            if (Peek().Kind is TokenKind.Close or TokenKind.Pipe or TokenKind.RightParen)
                break;
            operands.Add(Operand());
        }
        if (operands.Count == 0)
            throw Error(Peek(), "a value is missing here");
        if (operands.Count > 1 && operands[0] is not FunctionOperand)
            throw Lexer.Error(template, operands[0].At, "only a function takes arguments");
        return new(at, operands);
    }

    Operand Operand()
    {
        var token = Take();
        var operand = token.Kind switch
        {
            TokenKind.Dot => new DotOperand(token.At),
            TokenKind.Field => new DotOperand(token.At) { Fields = [token.Text] },
            TokenKind.Variable => variables.Contains(token.Text) ? new VariableOperand(token.At, token.Text) : throw Error(token, $"undefined variable {token.Text}"),
            TokenKind.Quoted => new ConstantOperand(token.At, token.Text),
            TokenKind.Number => new ConstantOperand(token.At, Number(token)),
            TokenKind.Word => Word(token),
            TokenKind.LeftParen => Parenthesised(token),
            TokenKind.End => throw Error(token, "the template ends within an action"),
            _ => throw Error(token, $"unexpected {token.Text}"),
        };
        var fields = new List<string>(operand.Fields);
        while (Peek().Kind == TokenKind.Field)
            fields.Add(Take().Text);
        return fields.Count == 0 ? operand : operand with { Fields = fields };
    }

    Operand Word(Token token) => token.Text switch
    {
        "true" => new ConstantOperand(token.At, true),
        "false" => new ConstantOperand(token.At, false),
        "nil" => new ConstantOperand(token.At, null),
        _ when FunctionTable.Knows(token.Text) => new FunctionOperand(token.At, token.Text),
        _ => throw Error(token, $"function \"{token.Text}\" not defined"),
    };

    PipelineOperand Parenthesised(Token open)
    {
        if (++depth > MaxDepth)
            throw Error(open, $"the template nests deeper than {MaxDepth} levels");
        var pipeline = Pipeline();
        depth--;
        SkipSpace();
        var close = Take();
        return close.Kind == TokenKind.RightParen ? new(open.At, pipeline) : throw Error(close, ") is missing");
    }

    object Number(Token token)
    {
        var text = token.Text.Replace("_", "");
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hexadecimal))
            return hexadecimal;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
            return whole;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : throw Error(token, $"{token.Text} is no number");
    }

    T Closed<T>(T node) where T : Node
    {
        Close();
        return node;
    }

    void Close()
    {
        SkipSpace();
        var token = Take();
        if (token.Kind != TokenKind.Close)
            throw Error(token, $"unexpected {(token.Kind == TokenKind.End ? "end of the template" : token.Text)}, }}}} is expected");
    }

    void SkipSpace()
    {
        while (Peek().Kind == TokenKind.Space)
            next++;
    }

    Token Peek() => tokens[next];

    Token Take() => tokens[next] is { Kind: TokenKind.End } end ? end : tokens[next++];

    TemplateException Error(Token token, string message) => Lexer.Error(template, token.At, message);
}
