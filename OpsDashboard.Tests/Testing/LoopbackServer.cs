using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OpsDashboard.Tests.Testing;

/// <summary>A TCP server on a free loopback port that answers each HTTP request with exactly the bytes that the test says: also those that no proper server sends.</summary>
public sealed class LoopbackServer : IAsyncDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource stopping = new();
    readonly Func<string, NetworkStream, CancellationToken, Task> answer;
    readonly List<string> requests = [];
    readonly Task accepting;

    LoopbackServer(Func<string, NetworkStream, CancellationToken, Task> answer)
    {
        this.answer = answer;
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public string Address => $"127.0.0.1:{Port}";

    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (requests)
                return [.. requests];
        }
    }

    /// <summary>Answers with whatever the script writes; the connection is closed after it.</summary>
    public static LoopbackServer Raw(Func<string, NetworkStream, CancellationToken, Task> script) => new(script);

    /// <summary>Answers each request with a body that may change from call to call.</summary>
    public static LoopbackServer Text(Func<string> body, string contentType = "text/plain; version=0.0.4", string status = "200 OK", string headers = "") =>
        Bytes(() => Encoding.UTF8.GetBytes(body()), contentType, status, headers);

    public static LoopbackServer Text(string body, string contentType = "text/plain; version=0.0.4", string status = "200 OK", string headers = "") => Text(() => body, contentType, status, headers);

    public static LoopbackServer Bytes(Func<byte[]> body, string contentType = "text/plain; version=0.0.4", string status = "200 OK", string headers = "") => new(async (_, stream, stop) =>
    {
        var content = body();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Type: {contentType}\r\nContent-Length: {content.Length}\r\nConnection: close\r\n{headers}\r\n"), stop);
        await stream.WriteAsync(content, stop);
    });

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Stop();
        await accepting;
        stopping.Dispose();
    }

    async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
                serving.Add(ServeAsync(await listener.AcceptTcpClientAsync(stopping.Token)));
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(serving);
        }
    }

    async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                var request = await ReadHeadAsync(stream);
                lock (requests)
                    requests.Add(request);
                await answer(request, stream, stopping.Token);
            }
            catch (Exception error) when (error is IOException or OperationCanceledException)
            {
                // The client went away, or the test is over.
            }
        }
    }

    async Task<string> ReadHeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var buffer = new byte[4096];
        while (!head.ToString().Contains("\r\n\r\n"))
        {
            var read = await stream.ReadAsync(buffer, stopping.Token);
            const byte TlsHandshake = 0x16;
            if (read == 0 || buffer[0] == TlsHandshake)
                break;
            head.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }
        return head.ToString();
    }
}
