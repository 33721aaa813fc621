namespace OpsDashboard.Alerts.Evaluation;

/// <summary>A rule could not be evaluated; the message is fit for a person. Its alerts stay as they are, because nothing was learnt.</summary>
sealed class RuleFailure(string message) : Exception(message);
