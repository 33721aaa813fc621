using OpsDashboard.Http;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace OpsDashboard.Metrics.Collectors.Probes;

/// <summary>One connection of a probe, with the time that each phase took; phases that were not reached stay null. Not thread-safe.</summary>
sealed class ProbeConnection(TimeProvider clock, Outbound outbound, bool acceptAnyCertificate)
{
    public TimeSpan? Dns { get; private set; }

    public TimeSpan? Connect { get; private set; }

    public TimeSpan? Tls { get; private set; }

    /// <summary>When the server's certificate ends; also known where it was refused.</summary>
    public DateTimeOffset? CertificateEndsAt { get; private set; }

    /// <summary>When the connection was ready to be used.</summary>
    public long ReadyAt { get; private set; }

    /// <exception cref="SocketException">Name, connection.</exception>
    /// <exception cref="OutboundClosedException">The address is closed.</exception>
    /// <exception cref="System.Security.Authentication.AuthenticationException">The certificate was refused.</exception>
    public async Task<Stream> OpenAsync(string host, int port, bool useTls, CancellationToken stop)
    {
        var addresses = await ResolveAsync(host, stop);
        var started = clock.GetTimestamp();
        var socket = addresses.Length == 1 ? new Socket(addresses[0].AddressFamily, SocketType.Stream, ProtocolType.Tcp) : new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.NoDelay = true;
            if (addresses.Length == 1)
                await socket.ConnectAsync(addresses[0], port, stop);
            else
                await socket.ConnectAsync(addresses, port, stop);
            Connect = clock.GetElapsedTime(started);
            var stream = new NetworkStream(socket, ownsSocket: true);
            var result = useTls ? await SecureAsync(stream, host, stop) : (Stream)stream;
            ReadyAt = clock.GetTimestamp();
            return result;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    async Task<IPAddress[]> ResolveAsync(string host, CancellationToken stop)
    {
        var started = clock.GetTimestamp();
        var addresses = IPAddress.TryParse(host.Trim('[', ']'), out var address) ? [address] : await System.Net.Dns.GetHostAddressesAsync(host, stop);
        Dns = clock.GetElapsedTime(started);
        outbound.Demand(host, addresses);
        return addresses.Length > 0 ? addresses : throw new SocketException((int)SocketError.HostNotFound);
    }

    async Task<Stream> SecureAsync(Stream stream, string host, CancellationToken stop)
    {
        var started = clock.GetTimestamp();
        var secure = new SslStream(stream);
        var options = new SslClientAuthenticationOptions { TargetHost = host, RemoteCertificateValidationCallback = Judge };
        await secure.AuthenticateAsClientAsync(options, stop);
        Tls = clock.GetElapsedTime(started);
        return secure;
    }

    bool Judge(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is X509Certificate2 known)
            CertificateEndsAt = new DateTimeOffset(known.NotAfter.ToUniversalTime(), TimeSpan.Zero);
        return errors == SslPolicyErrors.None || acceptAnyCertificate;
    }
}
