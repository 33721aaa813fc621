using OpsDashboard.Http;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;

namespace OpsDashboard.Metrics.Collectors.Http;

/// <summary>
/// The connections for scrapes and JSON documents, kept open between runs and shared by all targets. No proxy, no cookies, no redirect but where
/// the target allows it. Thread-safe.
/// </summary>
public sealed class CollectorHttp(Outbound? outbound = null) : IDisposable
{
    public const string UserAgent = "OpsDashboard/1.0";

    readonly Outbound outbound = outbound ?? new();
    readonly ConcurrentDictionary<(bool AnyCertificate, bool Redirects), HttpMessageInvoker> invokers = [];

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, HttpAccess access, CancellationToken stop)
    {
        access.Apply(request);
        request.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        return invokers.GetOrAdd((access.AcceptAnyCertificate, access.FollowRedirects), Create).SendAsync(request, stop);
    }

    public void Dispose()
    {
        foreach (var invoker in invokers.Values)
            invoker.Dispose();
    }

    HttpMessageInvoker Create((bool AnyCertificate, bool Redirects) how)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = how.Redirects,
            MaxAutomaticRedirections = 10,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            // An address behind a name may move.
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            ConnectCallback = outbound.ConnectAsync,
        };
        if (how.AnyCertificate)
            handler.SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => true };
        return new(handler);
    }
}
