namespace OpsDashboard.Runbooks.Proof;

/// <summary>What a run's page shows of its goal: what the condition measures, of the component that the alert is about.</summary>
static class GoalFigure
{
    /// <summary>
    /// The elements of the component; all of them where none carries it, as in a sum over components: <c>or on ()</c> takes its right side only where
    /// the left is empty.
    /// </summary>
    /// <param name="component">Null where the alert has none.</param>
    public static string Of(string measured, string? component) => component is null
        ? measured
        : $"(({measured}) and on (component) label_replace(vector(1), \"component\", \"{Quoted(component)}\", \"\", \"\")) or on () ({measured})";

    static string Quoted(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("$", "$$", StringComparison.Ordinal);
}
