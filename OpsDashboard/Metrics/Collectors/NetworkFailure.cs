using System.Net.Sockets;

namespace OpsDashboard.Metrics.Collectors;

/// <summary>Says what a socket's error means for a collector.</summary>
public static class NetworkFailure
{
    public static CollectFailure Of(SocketException failure) => failure.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => CollectFailure.Refused,
        SocketError.TimedOut => CollectFailure.TimedOut,
        SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData => CollectFailure.NameNotResolved,
        _ => CollectFailure.Other,
    };

    /// <summary>A sentence for a person.</summary>
    public static string Sentence(SocketException failure, string host, int port) => Of(failure) switch
    {
        CollectFailure.Refused => $"{host}:{port} refuses the connection.",
        CollectFailure.TimedOut => $"{host}:{port} does not answer.",
        CollectFailure.NameNotResolved => $"The name {host} is not known.",
        _ => $"The connection to {host}:{port} failed: {failure.SocketErrorCode}.",
    };
}
