namespace OpsDashboard.Metrics.Intake.RemoteWrite;

/// <summary>The bytes are not what they should be; nothing of them is stored.</summary>
sealed class MalformedWriteException(string message) : Exception(message);

/// <summary>More than a request may carry; nothing of it is stored.</summary>
sealed class WriteTooLargeException(string message) : Exception(message);
