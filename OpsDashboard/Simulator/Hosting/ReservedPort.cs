using System.Net;
using System.Net.Sockets;

namespace OpsDashboard.Simulator.Hosting;

/// <summary>
/// A loopback port that belongs to the simulator as long as it runs: bound from the beginning, so that its number can be published before
/// anything listens, and bound again while the program behind it is down: a bound socket that does not listen refuses connections, and
/// nobody else can take the port meanwhile. Not thread-safe.
/// </summary>
sealed class ReservedPort : IDisposable
{
    Socket? idle;

    public ReservedPort(int number = 0)
    {
        idle = Bind(number);
        Number = ((IPEndPoint)idle.LocalEndPoint!).Port;
    }

    public int Number { get; }

    public IPEndPoint EndPoint => new(IPAddress.Loopback, Number);

    public string Address => $"127.0.0.1:{Number}";

    /// <summary>Hands the bound socket to the server that will listen on it.</summary>
    public Socket Take()
    {
        var socket = idle ?? Bind(Number);
        idle = null;
        return socket;
    }

    /// <summary>Reserves the port again after its server has closed it.</summary>
    public void Reserve() => idle ??= Bind(Number);

    public void Dispose() => idle?.Dispose();

    static Socket Bind(int number)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, number));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
