namespace OpsDashboard.Logs;

/// <summary>How grave a line is, ascending. A line that names none stays None: it is not taken for harmless.</summary>
public enum LineLevel { None, Trace, Debug, Info, Warn, Error, Fatal }
