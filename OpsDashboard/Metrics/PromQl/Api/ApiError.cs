namespace OpsDashboard.Metrics.PromQl.Api;

/// <summary>Prometheus' closed list of what can be wrong with a request, with the status that goes with it (web/api/v1, getDefaultErrorCode).</summary>
sealed class ApiError(string type, int status, string message) : Exception(message)
{
    public string Type { get; } = type;
    public int Status { get; } = status;

    public static ApiError BadData(string message) => new("bad_data", StatusCodes.Status400BadRequest, message);

    public static ApiError InvalidParameter(string name, string message) => BadData($"invalid parameter \"{name}\": {message}");

    public static ApiError Execution(string message) => new("execution", StatusCodes.Status422UnprocessableEntity, message);

    public static ApiError Timeout(string message) => new("timeout", StatusCodes.Status503ServiceUnavailable, message);

    public static ApiError Forbidden(string message) => new("forbidden", StatusCodes.Status403Forbidden, message);

    /// <summary>A parse error with line and column, as Prometheus' posrange writes them.</summary>
    public static ApiError NotParsed(string parameter, string text, PromQlException error)
    {
        if (error.Position < 0)
            return InvalidParameter(parameter, error.Message);
        var before = text.AsSpan(0, Math.Min(error.Position, text.Length));
        var line = before.Count('\n') + 1;
        var column = before.Length - (before.LastIndexOf('\n') + 1) + 1;
        return InvalidParameter(parameter, $"{line}:{column}: parse error: {error.Message}");
    }
}
