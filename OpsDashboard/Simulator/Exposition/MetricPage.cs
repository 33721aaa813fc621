using System.Globalization;
using System.Text;

namespace OpsDashboard.Simulator.Exposition;

/// <summary>What a simulated program exposes, in Prometheus' text format 0.0.4. Not thread-safe: the system that owns it holds its lock.</summary>
sealed class MetricPage
{
    readonly List<Family> families = [];

    public Family Gauge(string name, string help, params string[] labels) => Add(new Family(name, help, "gauge", labels));

    public Family Counter(string name, string help, params string[] labels) => Add(new Family(name, help, "counter", labels));

    public HistogramFamily Histogram(string name, string help, double[] bounds, params string[] labels) => Add(new HistogramFamily(name, help, bounds, labels));

    public string Render()
    {
        var text = new StringBuilder(16 * 1024);
        foreach (var family in families)
            family.Write(text);
        return text.ToString();
    }

    /// <summary>What counts starts from zero, as after a restart.</summary>
    public void Reset()
    {
        foreach (var family in families)
            family.Reset();
    }

    T Add<T>(T family) where T : Family
    {
        families.Add(family);
        return family;
    }
}

/// <summary>One value of a gauge or counter.</summary>
sealed class Cell
{
    public double Value { get; set; }

    public void Add(double by = 1) => Value += by;
}

/// <summary>All series of one metric name.</summary>
class Family(string name, string help, string type, string[] labels)
{
    readonly Dictionary<string, Cell> cells = [];

    protected string Name { get; } = name;

    /// <summary>The series with these label values, made at first use.</summary>
    public Cell Of(params string[] values)
    {
        var key = LabelText(values);
        if (!cells.TryGetValue(key, out var cell))
            cells[key] = cell = new();
        return cell;
    }

    public void Set(double value, params string[] values) => Of(values).Value = value;

    /// <summary>Forgets all series, for label values that pass away.</summary>
    public void Clear() => cells.Clear();

    public virtual void Reset()
    {
        if (type != "counter")
            return;
        foreach (var cell in cells.Values)
            cell.Value = 0;
    }

    public void Write(StringBuilder text)
    {
        text.Append("# HELP ").Append(Name).Append(' ').Append(help).Append('\n');
        text.Append("# TYPE ").Append(Name).Append(' ').Append(type).Append('\n');
        WriteSeries(text);
    }

    protected virtual void WriteSeries(StringBuilder text)
    {
        foreach (var (key, cell) in cells)
            Line(text, Name, "", key, cell.Value);
    }

    protected string LabelText(string[] values)
    {
        if (values.Length != labels.Length)
            throw new ArgumentException($"{Name} has {labels.Length} labels.", nameof(values));
        return string.Join(',', labels.Zip(values, (label, value) => $"{label}=\"{Escape(value)}\""));
    }

    protected static void Line(StringBuilder text, string name, string suffix, string labels, double value)
    {
        text.Append(name).Append(suffix);
        if (labels.Length > 0)
            text.Append('{').Append(labels).Append('}');
        text.Append(' ').Append(CultureInfo.InvariantCulture, $"{value}").Append('\n');
    }

    static string Escape(string value) => value.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n");
}
