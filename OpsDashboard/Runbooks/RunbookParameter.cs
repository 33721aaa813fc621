using System.Globalization;
using System.Text.RegularExpressions;
using OpsDashboard.Catalogue;

namespace OpsDashboard.Runbooks;

public enum ParameterType { Text, Integer, Number, Flag, Duration }

/// <summary>A value that whoever starts the runbook may choose, within bounds. Immutable.</summary>
public sealed record RunbookParameter
{
    public const int MaxText = 1000;

    public required string Name { get; init; }
    public required string Title { get; init; }
    public ParameterType Type { get; init; }
    public string? Help { get; init; }

    /// <summary>Null: it must be given.</summary>
    public string? Default { get; init; }

    /// <summary>The label of the alert whose value is proposed.</summary>
    public string? FromLabel { get; init; }
    public double? Least { get; init; }
    public double? Most { get; init; }

    /// <summary>The only values; empty: any.</summary>
    public IReadOnlyList<string> Allowed { get; init; } = [];

    /// <summary>Text must match it as a whole.</summary>
    public Regex? Pattern { get; init; }

    /// <summary>Why the value is not accepted, in words that follow the parameter's name, or null.</summary>
    public string? Reject(string value)
    {
        if (Allowed.Count > 0)
            return Allowed.Contains(value) ? null : $"is one of {string.Join(", ", Allowed)}.";
        return Type switch
        {
            ParameterType.Integer => long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? RejectBounds(whole) : "is a whole number.",
            ParameterType.Number => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? RejectBounds(number) : "is a number.",
            ParameterType.Flag => value is "true" or "false" ? null : "is true or false.",
            ParameterType.Duration => PrometheusDuration.TryParse(value) is { } duration ? RejectBounds(duration.TotalSeconds) : "is a duration such as 30s, 5m or 1h.",
            _ => RejectText(value),
        };
    }

    string? RejectText(string value)
    {
        if (value.Length > MaxText)
            return $"has at most {MaxText} characters.";
        if (value.Any(char.IsControl))
            return "holds no line breaks and no control characters.";
        // It would be read as an option by whatever gets it as an argument.
        if (value.StartsWith('-'))
            return "does not begin with a hyphen.";
        if (Pattern is { } pattern && !pattern.IsMatch(value))
            return $"matches {pattern}.";
        return Default is null && value.Trim().Length == 0 ? "is not empty." : null;
    }

    string? RejectBounds(double value) =>
        value < Least ? string.Create(CultureInfo.InvariantCulture, $"is at least {Least}.")
        : value > Most ? string.Create(CultureInfo.InvariantCulture, $"is at most {Most}.")
        : null;
}
