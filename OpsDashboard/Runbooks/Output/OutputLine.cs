namespace OpsDashboard.Runbooks.Output;

/// <summary>One line that a step printed, fit to be shown: masked, without control characters, cut to a length.</summary>
/// <param name="Number">From 1, over the whole run.</param>
/// <param name="Step">Name of the step.</param>
public sealed record OutputLine(long Number, DateTimeOffset At, string Step, bool IsError, string Text);

/// <summary>On the LiveBus, after the lines are in the database.</summary>
public sealed record RunPrinted(Guid RunId, IReadOnlyList<OutputLine> Lines);
