namespace OpsDashboard.Alerts.Templates;

/// <summary>
/// A text with placeholders in Prometheus' template language: Go's text/template with <c>$value</c>, <c>$labels</c>, <c>$externalLabels</c>,
/// <c>$externalURL</c> and Prometheus' functions. Immutable and thread-safe.
/// </summary>
sealed class Template
{
    /// <summary>A template that makes more than this is stopped: a label or a notification of megabytes helps nobody.</summary>
    public const int LongestResult = 64 * 1024;

    readonly string text;
    readonly IReadOnlyList<Node> nodes;
    readonly Dictionary<string, IReadOnlyList<Node>> defined;

    Template(string text, IReadOnlyList<Node> nodes, Dictionary<string, IReadOnlyList<Node>> defined) => (this.text, this.nodes, this.defined) = (text, nodes, defined);

    /// <summary>It says the same for every alert.</summary>
    public bool IsConstant => nodes.All(node => node is TextNode);

    /// <summary>Its result may change although value and labels did not.</summary>
    public bool Asks { get; private init; }

    /// <exception cref="TemplateException">Where and why it is no template.</exception>
    public static Template Parse(string text)
    {
        var parser = new Parser(text);
        return new(text, parser.Parse(), parser.Defined) { Asks = text.Contains("query", StringComparison.Ordinal) };
    }

    /// <exception cref="TemplateException">It could not be filled; the message says where and why.</exception>
    public async ValueTask<string> ExpandAsync(TemplateData data)
    {
        if (nodes.Count == 0)
            return "";
        if (nodes is [TextNode only])
            return only.Text;
        return await new Execution(text, defined, data).RunAsync(nodes);
    }
}
