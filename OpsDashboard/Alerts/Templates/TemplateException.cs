namespace OpsDashboard.Alerts.Templates;

/// <param name="message">What is wrong, fit for a person.</param>
/// <param name="line">1-based.</param>
/// <param name="column">1-based.</param>
public sealed class TemplateException(string message, int line, int column) : Exception($"{line}:{column}: {message}")
{
    public int Line { get; } = line;
    public int Column { get; } = column;
}
