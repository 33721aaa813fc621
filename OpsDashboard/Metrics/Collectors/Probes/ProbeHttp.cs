using OpsDashboard.Http;
using System.Net;

namespace OpsDashboard.Metrics.Collectors.Probes;

/// <summary>
/// Sends the requests of HTTP probes, each on a connection of its own whose phases are timed. One instance serves all probes. Thread-safe.
/// TLS is done here and not by the handler, which therefore sees only plain requests: that is how the phases and the certificate become known.
/// </summary>
public sealed class ProbeHttp(Outbound? outbound = null) : IDisposable
{
    internal Outbound Outbound { get; } = outbound ?? new();

    static readonly HttpRequestOptionsKey<Attempt> Key = new("probe");

    readonly HttpMessageInvoker invoker = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        PooledConnectionLifetime = TimeSpan.Zero,
        ConnectCallback = ConnectAsync,
    });

    sealed record Attempt(ProbeConnection Connection, bool UseTls, CancellationToken Stop);

    internal Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, ProbeConnection connection, CancellationToken stop)
    {
        var address = request.RequestUri!;
        var useTls = address.Scheme == "https";
        request.Options.Set(Key, new(connection, useTls, stop));
        request.Headers.Host = address.Authority;
        request.Headers.ConnectionClose = true;
        request.RequestUri = new UriBuilder(address) { Scheme = "http", Port = address.Port }.Uri;
        return invoker.SendAsync(request, stop);
    }

    public void Dispose() => invoker.Dispose();

    static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken stop)
    {
        context.InitialRequestMessage.Options.TryGetValue(Key, out var attempt);
        // The handler would let a connection that hangs go on after its request has given up.
        using var both = CancellationTokenSource.CreateLinkedTokenSource(stop, attempt!.Stop);
        return await attempt.Connection.OpenAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, attempt.UseTls, both.Token);
    }
}
