using System.Data.Common;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Data.Sqlite;
using Npgsql;
using OpsDashboard.Access;

namespace OpsDashboard.Http;

/// <summary>The body of an error (RFC 9457).</summary>
/// <param name="Errors">Every problem of the input, by field.</param>
/// <param name="Current">With 409: the state as it is now.</param>
public sealed record Problem(string Type, string Title, int Status, string Detail, IReadOnlyList<FieldProblem> Errors, object? Current = null);

/// <summary>Turns what went wrong into an answer. One place, so that every endpoint errs in the same words.</summary>
public static class Problems
{
    const string ContentType = "application/problem+json";
    static readonly JsonSerializerOptions Written = new(Json.Options) { DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull };

    public static IResult Answer(int status, string detail, IReadOnlyList<FieldProblem>? errors = null, object? current = null) =>
        Results.Json(Create(status, detail, errors, current), Written, ContentType, status);

    public static Task WriteAsync(HttpContext context, Problem problem)
    {
        context.Response.StatusCode = problem.Status;
        if (problem.Status is StatusCodes.Status503ServiceUnavailable && !context.Response.Headers.ContainsKey("Retry-After"))
            context.Response.Headers.RetryAfter = "5";
        return context.Response.WriteAsJsonAsync(problem, Written, ContentType, context.RequestAborted);
    }

    public static Problem Create(int status, string detail, IReadOnlyList<FieldProblem>? errors = null, object? current = null) =>
        new("about:blank", ReasonPhrases.GetReasonPhrase(status), status, detail, errors ?? [], current);

    /// <summary>Null: unexpected, a fault of ours.</summary>
    public static Problem? Of(Exception failure) => failure switch
    {
        InvalidInputException invalid => Create(StatusCodes.Status400BadRequest, "The input cannot be accepted.", invalid.Problems),
        AccessDeniedException denied => Create(StatusCodes.Status403Forbidden, denied.Message),
        NotFoundException missing => Create(StatusCodes.Status404NotFound, missing.Message),
        StaleVersionException stale => Create(StatusCodes.Status409Conflict, stale.Message),
        BadHttpRequestException { InnerException: JsonException json } bad => Create(bad.StatusCode, "The body is not the JSON that is expected here.", [new(Field(json), Reason(json))]),
        BadHttpRequestException bad => Create(bad.StatusCode, bad.Message, bad.StatusCode == StatusCodes.Status400BadRequest ? [new(Parameter(bad.Message), "has the wrong form.")] : []),
        _ when IsOutage(failure) => Create(StatusCodes.Status503ServiceUnavailable, "The database of the dashboard does not answer. Nothing was changed; try again in a moment."),
        _ => null,
    };

    /// <summary>Whether the database is away or full, as opposed to a statement that it refused.</summary>
    public static bool IsOutage(Exception? failure) => failure switch
    {
        null => false,
        PostgresException postgres => postgres.IsTransient || postgres.SqlState.StartsWith("53", StringComparison.Ordinal) || postgres.SqlState.StartsWith("57P", StringComparison.Ordinal),
        NpgsqlException => true,
        // busy, locked, read-only, I/O error, corrupt, full, cannot open
        SqliteException sqlite => sqlite.SqliteErrorCode is 5 or 6 or 8 or 10 or 11 or 13 or 14,
        DbException database => database.IsTransient,
        _ => IsOutage(failure.InnerException),
    };

    // 'Failed to bind parameter "Nullable<DateTimeOffset> from" from "x".'
    static string Parameter(string message) => message.Split('"') is [_, var declared, ..] ? declared.Split(' ')[^1] : "";

    static string Field(JsonException json) => (json.Path ?? "").TrimStart('$').TrimStart('.');

    // The library's text ends with path and line, which is said in the field already, and begins with .NET type names.
    static string Reason(JsonException json) =>
        json.Message.StartsWith("The JSON value could not be converted", StringComparison.Ordinal) ? "has the wrong type or an unknown value."
        : json.Message.StartsWith("The JSON property", StringComparison.Ordinal) ? "is unknown here."
        : json.Message.Contains("missing required properties", StringComparison.Ordinal) ? "lacks required properties."
        : json.Message.Split(" Path:")[0];
}
