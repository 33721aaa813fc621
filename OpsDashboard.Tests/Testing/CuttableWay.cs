using System.Net;
using System.Net.Sockets;

namespace OpsDashboard.Tests.Testing;

/// <summary>A TCP way to a port on loopback that a test can cut: what runs over it is closed, and new connections are closed at once until it is mended.</summary>
public sealed class CuttableWay : IAsyncDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource end = new();
    readonly List<TcpClient> open = [];
    readonly int port;
    readonly Task accepting;
    volatile bool isCut;

    public CuttableWay(int port)
    {
        this.port = port;
        listener.Start();
        accepting = AcceptAsync();
    }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";

    public void Cut()
    {
        isCut = true;
        lock (open)
        {
            foreach (var client in open)
                client.Dispose();
            open.Clear();
        }
    }

    public void Mend() => isCut = false;

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        listener.Stop();
        Cut();
        await accepting;
        end.Dispose();
    }

    async Task AcceptAsync()
    {
        while (!end.IsCancellationRequested)
        {
            try
            {
                _ = CarryAsync(await listener.AcceptTcpClientAsync(end.Token));
            }
            catch (Exception fault) when (fault is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    async Task CarryAsync(TcpClient near)
    {
        using var far = new TcpClient();
        try
        {
            lock (open)
                open.AddRange([near, far]);
            if (isCut)
                return;
            await far.ConnectAsync(IPAddress.Loopback, port, end.Token);
            await Task.WhenAny(near.GetStream().CopyToAsync(far.GetStream(), end.Token), far.GetStream().CopyToAsync(near.GetStream(), end.Token));
        }
        catch (Exception fault) when (fault is IOException or SocketException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            // Cut, or one of the ends went away: both close.
        }
        finally
        {
            near.Dispose();
        }
    }
}
