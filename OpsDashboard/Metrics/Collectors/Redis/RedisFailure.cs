using OpsDashboard.Http;
using System.Net.Sockets;
using StackExchange.Redis;

namespace OpsDashboard.Metrics.Collectors.Redis;

/// <summary>Says what went wrong with a server. The client's own messages run over many lines and may quote settings, so they are not passed on.</summary>
public static class RedisFailure
{
    public static (CollectFailure Failure, string Reason) Of(Exception failure, string address) => failure switch
    {
        FormatException => (CollectFailure.Malformed, failure.Message),
        OutboundClosedException => (CollectFailure.Refused, failure.Message),
        SecretMissingException => (CollectFailure.AuthenticationFailed, failure.Message),
        OperationCanceledException or TimeoutException => (CollectFailure.TimedOut, $"{address} does not answer in time."),
        _ when IsAuthentication(failure) => (CollectFailure.AuthenticationFailed, $"{address} refuses the password, or wants one."),
        _ when Chain(failure).OfType<SocketException>().FirstOrDefault() is { } socket => OfSocket(socket, address),
        RedisServerException server when server.Message.StartsWith("LOADING", StringComparison.Ordinal) => (CollectFailure.NotReady, $"{address} is loading its data."),
        RedisServerException => (CollectFailure.Other, $"{address} answers: {failure.Message}"),
        // Whatever the client calls it: UnableToResolvePhysicalConnection means that it holds no connection, and says nothing about names.
        RedisConnectionException => (CollectFailure.Refused, Broken(address)),
        _ => (CollectFailure.Other, $"The client failed with {failure.GetType().Name}."),
    };

    // A server that ends while it is asked resets the connection: for the reader that is the same as refusing it.
    static (CollectFailure, string) OfSocket(SocketException socket, string address) => NetworkFailure.Of(socket) switch
    {
        CollectFailure.NameNotResolved => (CollectFailure.NameNotResolved, $"The name of {address} is not known."),
        _ when socket.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown => (CollectFailure.Refused, Broken(address)),
        var failure => (failure, $"{address}: {socket.SocketErrorCode}."),
    };

    static string Broken(string address) => $"{address} refuses the connection, or broke it.";

    static bool IsAuthentication(Exception failure) =>
        Chain(failure).Any(one => one is RedisConnectionException { FailureType: ConnectionFailureType.AuthenticationFailure }
            || one.Message.Contains("NOAUTH", StringComparison.Ordinal) || one.Message.Contains("WRONGPASS", StringComparison.Ordinal) || one.Message.Contains("AuthenticationFailure", StringComparison.Ordinal));

    static IEnumerable<Exception> Chain(Exception? failure)
    {
        for (; failure is not null; failure = failure.InnerException)
            yield return failure;
    }
}
