using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;

namespace OpsDashboard.Tests.Testing;

/// <summary>A real HTTP server on loopback that keeps what it is sent and answers as the test says.</summary>
public sealed class HttpSink : IAsyncDisposable
{
    readonly HttpListener listener = new();
    readonly Task serving;
    readonly ConcurrentQueue<Received> received = new();

    public sealed record Received(string Method, string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body)
    {
        public string Text => Encoding.UTF8.GetString(Body);

        public JsonElement Json => JsonDocument.Parse(Body).RootElement;
    }

    public HttpSink()
    {
        Port = RealServer.FreePort();
        listener.Prefixes.Add($"{Address}/");
        listener.Start();
        serving = ServeAsync();
    }

    public int Port { get; }

    public string Address => $"http://127.0.0.1:{Port}";

    /// <summary>What it answers from now on.</summary>
    public volatile int Status = 200;

    /// <summary>Sent along with each answer.</summary>
    public (string Name, string Value)? Header { get; set; }

    public IReadOnlyList<Received> All => [.. received];

    public async ValueTask DisposeAsync()
    {
        listener.Close();
        await serving;
    }

    async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                var context = await listener.GetContextAsync();
                using var body = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(body);
                received.Enqueue(new(context.Request.HttpMethod, context.Request.RawUrl!, context.Request.Headers.AllKeys.ToDictionary(key => key!, key => context.Request.Headers[key]!, StringComparer.OrdinalIgnoreCase), body.ToArray()));
                context.Response.StatusCode = Status;
                if (Header is { } header)
                    context.Response.AddHeader(header.Name, header.Value);
                context.Response.Close();
            }
            catch (Exception gone) when (gone is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                if (!listener.IsListening)
                    return;
            }
        }
    }
}
