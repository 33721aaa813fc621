using System.Globalization;
using System.Text;
using OpsDashboard.Metrics.Charts;

namespace OpsDashboard.Objectives;

/// <summary>A report as RFC 4180 text, values in base units, one line a figure. What a spreadsheet would take for a formula is defused.</summary>
public static class KpiCsv
{
    static readonly string[] Columns = ["month", "system", "figure", "title", "actual", "target", "better", "outcome", "unit", "compared_with", "before", "change", "method", "readings", "data_coverage", "definition", "expression", "source"];

    public static string Write(KpiReport report)
    {
        var text = new StringBuilder();
        Line(text, Columns);
        foreach (var system in report.Systems)
        {
            foreach (var line in system.Lines.Prepend(system.Availability))
            {
                var (kpi, figure) = (line.Kpi, line.Figure);
                Line(text,
                    report.Month.ToString(), system.System.Id, kpi.Id, kpi.Title, Number(figure.Actual), Number(kpi.Target?.Value), Word(kpi.Target?.Better), Word(line.Outcome), UnitFormat.Name(kpi.Unit),
                    report.ComparedWith?.ToString() ?? "", Number(line.Before?.Actual), Number(line.Change), Word(figure.Method), Number(figure.Readings), Number(system.Coverage), kpi.Definition, kpi.Expression, kpi.Source);
            }
        }
        return text.ToString();
    }

    static void Line(StringBuilder text, params ReadOnlySpan<string> cells)
    {
        for (var i = 0; i < cells.Length; i++)
            text.Append(i == 0 ? "" : ",").Append(Cell(cells[i]));
        text.Append("\r\n");
    }

    internal static string Cell(string text)
    {
        if (IsFormula(text))
            text = "'" + text;
        return text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"")}\"";
    }

    static bool IsFormula(string text) => text.Length > 0 && text[0] switch
    {
        '=' or '@' or '\t' or '\r' => true,
        '+' or '-' => !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _),
        _ => false,
    };

    static string Number(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";

    static string Word(Enum? value) => value?.ToString() is { } name ? char.ToLowerInvariant(name[0]) + name[1..] : "";
}
