using System.Globalization;
using System.Text;

namespace OpsDashboard.Metrics.Collectors.Self;

/// <summary>A part of the program that has figures about itself. Asked about once a second from any thread; must be quick.</summary>
public interface ISelfFigures
{
    void Report(SelfFigures figures);
}

/// <summary>One figure of the program about itself.</summary>
public readonly record struct SelfFigure(string Metric, MetricKind Kind, string Help, double Value, (string Name, string Value)[] Labels);

/// <summary>Gathers figures of the program about itself; the same go into the store and out at <c>/metrics</c>. Not thread-safe.</summary>
public sealed class SelfFigures
{
    readonly List<SelfFigure> figures = [];

    public IReadOnlyList<SelfFigure> All => figures;

    public void Gauge(string metric, string help, double value, params (string Name, string Value)[] labels) => figures.Add(new(metric, MetricKind.Gauge, help, value, labels));

    public void Counter(string metric, string help, double value, params (string Name, string Value)[] labels) => figures.Add(new(metric, MetricKind.Counter, help, value, labels));

    /// <summary>Prometheus text 0.0.4.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        foreach (var family in figures.GroupBy(figure => figure.Metric))
        {
            var first = family.First();
            text.Append("# HELP ").Append(family.Key).Append(' ').Append(first.Help.Replace("\\", "\\\\").Replace("\n", "\\n")).Append('\n');
            text.Append("# TYPE ").Append(family.Key).Append(' ').Append(first.Kind == MetricKind.Counter ? "counter" : "gauge").Append('\n');
            foreach (var figure in family)
            {
                text.Append(figure.Metric);
                if (figure.Labels.Length > 0)
                    text.Append('{').AppendJoin(',', figure.Labels.Select(label => $"{label.Name}=\"{label.Value.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n")}\"")).Append('}');
                text.Append(' ').Append(Number(figure.Value)).Append('\n');
            }
        }
        return text.ToString();
    }

    static string Number(double value) => double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : value.ToString("R", CultureInfo.InvariantCulture);
}
