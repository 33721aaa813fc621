using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace OpsDashboard.Metrics.Collectors.Postgres;

public enum ReadinessState { Accepting, Rejecting, NoResponse }

/// <param name="Failure">Why there was no response; None otherwise.</param>
/// <param name="Reason">The server's own words or the network's; null when it accepts.</param>
public sealed record Readiness(ReadinessState State, CollectFailure Failure, string? Reason);

/// <summary>
/// Asks as pg_isready does: a startup packet, then a look at the first answer. A server that starts up or shuts down rejects (57P03);
/// any other answer, an error about the user included, means that it accepts connections (libpq's PQping).
/// </summary>
public static class PostgresReadiness
{
    const int ProtocolVersion = 3 << 16;
    const int LongestAnswer = 8192;
    const string CannotConnectNow = "57P03";

    public static async Task<Readiness> AskAsync(string host, int port, string user, string database, CancellationToken stop)
    {
        try
        {
            using var client = new TcpClient { NoDelay = true };
            await client.ConnectAsync(host, port, stop);
            var stream = client.GetStream();
            await stream.WriteAsync(StartupPacket(user, database), stop);
            return await ReadAnswerAsync(stream, stop);
        }
        catch (OperationCanceledException)
        {
            return new(ReadinessState.NoResponse, CollectFailure.TimedOut, "The server does not answer the startup packet.");
        }
        catch (SocketException failure)
        {
            return new(ReadinessState.NoResponse, NetworkFailure.Of(failure), NetworkFailure.Sentence(failure, host, port));
        }
        catch (IOException)
        {
            return new(ReadinessState.NoResponse, CollectFailure.Malformed, "The connection was closed before an answer.");
        }
    }

    static byte[] StartupPacket(string user, string database)
    {
        var body = Encoding.UTF8.GetBytes($"user\0{user}\0database\0{database}\0application_name\0opsdashboard\0\0");
        var packet = new byte[8 + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(packet, packet.Length);
        BinaryPrimitives.WriteInt32BigEndian(packet.AsSpan(4), ProtocolVersion);
        body.CopyTo(packet, 8);
        return packet;
    }

    static async Task<Readiness> ReadAnswerAsync(NetworkStream stream, CancellationToken stop)
    {
        var head = new byte[5];
        await stream.ReadExactlyAsync(head, stop);
        var length = BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(1)) - 4;
        if (head[0] is not ((byte)'R' or (byte)'E' or (byte)'v') || length is < 0 or > LongestAnswer)
            return new(ReadinessState.NoResponse, CollectFailure.Malformed, "What answers is not PostgreSQL.");
        if (head[0] != (byte)'E')
            return new(ReadinessState.Accepting, CollectFailure.None, null);
        var body = new byte[length];
        await stream.ReadExactlyAsync(body, stop);
        var fields = ErrorFields(body);
        return fields.GetValueOrDefault('C') == CannotConnectNow
            ? new(ReadinessState.Rejecting, CollectFailure.NotReady, $"The server rejects connections: {fields.GetValueOrDefault('M', "no reason given")}.")
            : new(ReadinessState.Accepting, CollectFailure.None, null);
    }

    // ErrorResponse: fields of a type byte and a zero-terminated text, ended by a zero byte.
    static Dictionary<char, string> ErrorFields(ReadOnlySpan<byte> body)
    {
        var fields = new Dictionary<char, string>();
        while (body.Length > 1 && body[0] != 0)
        {
            var end = body.IndexOf((byte)0);
            if (end < 0)
                break;
            fields[(char)body[0]] = Encoding.UTF8.GetString(body[1..end]);
            body = body[(end + 1)..];
        }
        return fields;
    }
}
