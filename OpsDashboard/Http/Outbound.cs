using System.Net;
using System.Net.Sockets;
using OpsDashboard.Storage;

namespace OpsDashboard.Http;

/// <summary>
/// Where the program may connect to on somebody's word. Link-local addresses and the metadata services of clouds, which hand out credentials to
/// whoever asks from this machine, are closed unless <c>Outbound:AllowedNetworks</c> names them. Judges the address that is really connected to, so
/// that neither a redirect nor a name that changes its address passes. Thread-safe.
/// </summary>
public sealed class Outbound
{
    static readonly IPNetwork[] Closed =
    [
        IPNetwork.Parse("169.254.0.0/16"),
        IPNetwork.Parse("fe80::/10"),
        // Metadata services that are not link-local: AWS over IPv6, Alibaba, Oracle, Azure.
        IPNetwork.Parse("fd00:ec2::254/128"),
        IPNetwork.Parse("100.100.100.200/32"),
        IPNetwork.Parse("192.0.0.192/32"),
        IPNetwork.Parse("168.63.129.16/32"),
    ];

    // Addresses of IPv6 that carry one of IPv4 in their last bytes: translation (NAT64) and the old compatible form.
    static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96"), Compatible = IPNetwork.Parse("::/96");

    readonly IPNetwork[] allowed;

    public Outbound(params IPNetwork[] allowed) => this.allowed = allowed;

    public static Outbound Read(IConfiguration configuration)
    {
        var texts = (configuration["Outbound:AllowedNetworks"] ?? "").Split([',', ' ', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var networks = texts.Select(text => IPNetwork.TryParse(text, out var network) ? network
            : throw new StartRefusedException($"Outbound__AllowedNetworks holds '{text}': give networks, e.g. 169.254.1.0/24.")).ToArray();
        return new(networks);
    }

    public bool IsClosed(IPAddress address)
    {
        var plain = Plain(address);
        return Closed.Any(network => network.Contains(plain)) && !allowed.Any(network => network.Contains(plain));
    }

    /// <exception cref="OutboundClosedException">One of the addresses is closed; a name that has an open one besides is refused too.</exception>
    public void Demand(string host, IEnumerable<IPAddress> addresses)
    {
        if (addresses.Any(IsClosed))
            throw new OutboundClosedException(host);
    }

    /// <summary>Resolves a name and judges what it means now; for clients that connect by themselves.</summary>
    /// <exception cref="OutboundClosedException" />
    /// <exception cref="SocketException">The name is not known.</exception>
    public async Task<IPAddress[]> ResolveAsync(string host, CancellationToken stop)
    {
        var addresses = IPAddress.TryParse(host.Trim('[', ']'), out var address) ? [address] : await Dns.GetHostAddressesAsync(host, stop);
        if (addresses.Length == 0)
            throw new SocketException((int)SocketError.HostNotFound);
        Demand(host, addresses);
        return addresses;
    }

    /// <summary>Judges a name before a client connects to it by itself; an unknown one is left to that client to report.</summary>
    /// <exception cref="OutboundClosedException" />
    public async Task DemandAsync(string hosts, CancellationToken stop)
    {
        foreach (var host in hosts.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(host => !host.StartsWith('/')))
        {
            try
            {
                await ResolveAsync(host, stop);
            }
            catch (SocketException)
            {
                // The client finds out by itself, and says it better.
            }
        }
    }

    /// <summary>For <see cref="SocketsHttpHandler.ConnectCallback"/>: each connection of a request, those after a redirect too.</summary>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken stop)
    {
        var addresses = await ResolveAsync(context.DnsEndPoint.Host, stop);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, stop);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    static IPAddress Plain(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        // The zone of a link-local address names an interface, not an address.
        var bytes = address.GetAddressBytes();
        var unscoped = new IPAddress(bytes);
        return (Nat64.Contains(unscoped) || Compatible.Contains(unscoped)) && !IPAddress.IsLoopback(unscoped) ? new(bytes.AsSpan(12)) : unscoped;
    }
}

/// <summary>The address is closed; the message is fit for a person.</summary>
public sealed class OutboundClosedException(string host)
    : Exception($"{host} is a link-local or metadata address, which is closed; whoever runs the dashboard can open it with Outbound__AllowedNetworks.");
