namespace OpsDashboard.Storage;

/// <summary>The program does not start like this; the message says why and what to do, and is all that is printed.</summary>
public class StartRefusedException(string message) : Exception(message);
