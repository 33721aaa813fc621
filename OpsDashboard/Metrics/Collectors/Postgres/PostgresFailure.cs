using System.Net.Sockets;
using Npgsql;

namespace OpsDashboard.Metrics.Collectors.Postgres;

/// <summary>Says what went wrong with a server, in a sentence without secrets.</summary>
public static class PostgresFailure
{
    public static (CollectFailure Failure, string Reason) Of(Exception failure) => failure switch
    {
        PostgresException { SqlState: PostgresErrorCodes.QueryCanceled } => (CollectFailure.TimedOut, "The statement took too long and was cancelled."),
        PostgresException server => (OfState(server.SqlState), $"The server says: {server.MessageText}."),
        OperationCanceledException or TimeoutException => (CollectFailure.TimedOut, "The server accepts connections but does not answer the query in time."),
        { InnerException: { } inner } and NpgsqlException when inner is SocketException or TimeoutException or PostgresException or IOException => Of(inner),
        SocketException socket => (NetworkFailure.Of(socket), $"The connection failed: {socket.SocketErrorCode}."),
        IOException => (CollectFailure.Other, "The connection broke."),
        _ => (CollectFailure.Other, failure.Message),
    };

    static CollectFailure OfState(string state) => state switch
    {
        PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.TooManyConnections or PostgresErrorCodes.AdminShutdown => CollectFailure.NotReady,
        _ when state.StartsWith("28", StringComparison.Ordinal) => CollectFailure.AuthenticationFailed,
        _ => CollectFailure.Other,
    };
}
