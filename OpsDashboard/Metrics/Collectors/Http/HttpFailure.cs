using OpsDashboard.Http;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.RegularExpressions;

namespace OpsDashboard.Metrics.Collectors.Http;

/// <summary>Turns what a request may throw into a reason from the closed list and a sentence.</summary>
public static class HttpFailure
{
    /// <summary>The outcome of an expected failure; null where the exception is none of a request's.</summary>
    public static CollectOutcome? Explain(Exception error, Uri address) => error switch
    {
        _ when Find<OutboundClosedException>(error) is { } closed => Failed(CollectFailure.Refused, closed.Message),
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => Failed(CollectFailure.NameNotResolved, $"The name {address.Host} is not known."),
        HttpRequestException request when Find<SocketException>(request) is { } socket => Explain(socket, address),
        HttpRequestException { InnerException: AuthenticationException } secure => Tls(secure, address),
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } secure => Tls(secure, address),
        HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } => Failed(CollectFailure.TooLarge, "The headers of the answer are too large."),
        HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } => Failed(CollectFailure.Malformed, $"What {Server(address)} answered is not HTTP."),
        HttpRequestException or HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded } or EndOfStreamException => Failed(CollectFailure.Malformed, "The answer was cut off before its end."),
        HttpSecretException secret => Failed(CollectFailure.AuthenticationFailed, secret.Message),
        InvalidDataException => Failed(CollectFailure.Malformed, "The answer says that it is gzip, and is not."),
        RegexMatchTimeoutException slow => Failed(CollectFailure.AssertionFailed, $"Matching {slow.Pattern} against the answer took too long; simplify it."),
        SocketException socket => Explain(socket, address),
        AuthenticationException => Tls(error, address),
        IOException { InnerException: SocketException socket } => Explain(socket, address),
        IOException => Failed(CollectFailure.Malformed, "The connection ended before the answer did."),
        _ => null,
    };

    static T? Find<T>(Exception? error) where T : Exception
    {
        for (; error is not null; error = error.InnerException)
        {
            if (error is T found)
                return found;
        }
        return null;
    }

    static CollectOutcome Explain(SocketException socket, Uri address) => socket.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => Failed(CollectFailure.Refused, $"Nothing listens at {Server(address)}: the connection was refused."),
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => Failed(CollectFailure.NameNotResolved, $"The name {address.Host} is not known."),
        SocketError.TimedOut => Failed(CollectFailure.TimedOut, $"{Server(address)} does not answer."),
        SocketError.ConnectionReset => Failed(CollectFailure.Refused, $"{Server(address)} broke the connection off."),
        SocketError.NetworkUnreachable or SocketError.HostUnreachable => Failed(CollectFailure.Refused, $"There is no way to {Server(address)} in the network."),
        _ => Failed(CollectFailure.Other, $"The connection to {Server(address)} failed ({socket.SocketErrorCode})."),
    };

    static CollectOutcome Tls(Exception error, Uri address)
    {
        var cause = error;
        while (cause.InnerException is not null)
            cause = cause.InnerException;
        return Failed(CollectFailure.TlsFailed, $"No secure connection to {Server(address)}: {cause.Message.TrimEnd('.')}.");
    }

    static string Server(Uri address) => $"{address.Host}:{address.Port}";

    static CollectOutcome Failed(CollectFailure failure, string reason) => CollectOutcome.Failed(failure, reason);
}
