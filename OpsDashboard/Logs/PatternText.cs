namespace OpsDashboard.Logs;

/// <summary>The part of a line that stays the same: numbers, ids, hex, times, addresses and quoted parts become <c>*</c>.</summary>
public static class PatternText
{
    public static string Of(string message) => throw new NotImplementedException();
}
