using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace OpsDashboard.Tests.Testing;

/// <summary>A TCP server on a free loopback port that answers each HTTP request with exactly the bytes that the test says: also those that no proper server sends.</summary>
public sealed class LoopbackServer : IAsyncDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource stopping = new();
    readonly Func<string, Stream, CancellationToken, Task> answer;
    readonly List<string> requests = [];
    readonly Task accepting;

    LoopbackServer(Func<string, Stream, CancellationToken, Task> answer)
    {
        this.answer = answer;
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        accepting = AcceptAsync();
    }

    public int Port { get; }

    public string Address => $"127.0.0.1:{Port}";

    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (requests)
                return [.. requests];
        }
    }

    /// <summary>Set before the first request: the server then speaks TLS with it.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>A certificate for 127.0.0.1 that nobody signed.</summary>
    public static X509Certificate2 SelfSigned(DateTimeOffset from, DateTimeOffset to)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        var request = new CertificateRequest("CN=loopback", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(names.Build());
        using var made = request.CreateSelfSigned(from, to);
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>Answers 200 over TLS.</summary>
    public static LoopbackServer Secure(X509Certificate2 certificate) =>
        new((_, stream, stop) => stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"u8.ToArray(), stop).AsTask()) { Certificate = certificate };

    /// <summary>Answers with whatever the script writes; the connection is closed after it.</summary>
    public static LoopbackServer Raw(Func<string, Stream, CancellationToken, Task> script) => new(script);

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
                Stream stream = client.GetStream();
                if (Certificate is not null)
                {
                    var secure = new SslStream(stream);
                    await secure.AuthenticateAsServerAsync(Certificate);
                    stream = secure;
                }
                var request = await ReadHeadAsync(stream);
                lock (requests)
                    requests.Add(request);
                await answer(request, stream, stopping.Token);
            }
            catch (Exception error) when (error is IOException or OperationCanceledException or AuthenticationException)
            {
                // The client went away, or the test is over.
            }
        }
    }

    async Task<string> ReadHeadAsync(Stream stream)
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
