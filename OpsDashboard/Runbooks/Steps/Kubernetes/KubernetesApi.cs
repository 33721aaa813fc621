using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OpsDashboard.Http;
using OpsDashboard.Metrics.Collectors;
using OpsDashboard.Runbooks.Secrets;

namespace OpsDashboard.Runbooks.Steps.Kubernetes;

/// <summary>A small client: token and certificate authority come from secrets, read anew for each step.</summary>
sealed class KubernetesApi : IKubernetes
{
    const int MostOfAnswer = 16 * 1024 * 1024;

    static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(15);

    readonly HttpClient client;
    readonly string host;

    /// <exception cref="SecretMissingException" />
    /// <exception cref="FormatException">The secret holds no certificate.</exception>
    public KubernetesApi(KubernetesOptions options, ISecrets secrets, Outbound outbound)
    {
        var handler = new SocketsHttpHandler { ConnectCallback = outbound.ConnectAsync, AllowAutoRedirect = false, UseProxy = false, UseCookies = false };
        if (options.Authority is { } authority)
            Trust(handler, secrets.Find(authority).Reveal());
        client = new(handler) { BaseAddress = new(options.Connection.TrimEnd('/') + "/"), Timeout = RequestTimeout };
        host = client.BaseAddress.Authority;
        client.DefaultRequestHeaders.Accept.Add(new("application/json"));
        client.DefaultRequestHeaders.UserAgent.ParseAdd("opsdashboard-runbook");
        if (options.Token is { } token)
            client.DefaultRequestHeaders.Authorization = new("Bearer", secrets.Find(token).Reveal().Trim());
    }

    public async Task<JsonObject?> GetAsync(string path, CancellationToken stop)
    {
        try
        {
            return await AskAsync(HttpMethod.Get, path, null, "", stop);
        }
        catch (KubernetesException missing) when (missing.Status == (int)HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    public Task<JsonObject> PatchAsync(string path, JsonObject body, CancellationToken stop) => AskAsync(HttpMethod.Patch, path, body, "application/merge-patch+json", stop);

    public Task PostAsync(string path, JsonObject body, CancellationToken stop) => AskAsync(HttpMethod.Post, path, body, "application/json", stop);

    public async Task<bool> DeleteAsync(string path, CancellationToken stop)
    {
        try
        {
            await AskAsync(HttpMethod.Delete, path, null, "", stop);
            return true;
        }
        catch (KubernetesException missing) when (missing.Status == (int)HttpStatusCode.NotFound)
        {
            return false;
        }
    }

    public void Dispose() => client.Dispose();

    async Task<JsonObject> AskAsync(HttpMethod method, string path, JsonObject? body, string type, CancellationToken stop)
    {
        try
        {
            using var request = new HttpRequestMessage(method, path);
            if (body is not null)
                request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue(type));
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
            var text = await TextAsync(answer, stop);
            var json = Parse(text);
            if (!answer.IsSuccessStatusCode)
                throw new KubernetesException(Reason((int)answer.StatusCode, json), (int)answer.StatusCode, isRefused: (int)answer.StatusCode < 500);
            return json ?? throw new KubernetesException($"{host} did not answer with JSON.", (int)answer.StatusCode, isRefused: false);
        }
        catch (HttpRequestException failure) when (failure.InnerException is OutboundClosedException closed)
        {
            throw new KubernetesException(closed.Message, 0, isRefused: true);
        }
        catch (HttpRequestException failure)
        {
            var isBefore = failure.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError;
            var why = failure.HttpRequestError == HttpRequestError.SecureConnectionError ? "its certificate is not of the authority that is known" : (failure.InnerException as SocketException)?.SocketErrorCode.ToString() ?? failure.HttpRequestError.ToString();
            throw new KubernetesException($"{host} does not answer: {why}.", 0, isBefore);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new KubernetesException($"{host} did not answer within {RequestTimeout.TotalSeconds:0} s.", 0, isRefused: false);
        }
        catch (IOException)
        {
            throw new KubernetesException($"The connection to {host} broke.", 0, isRefused: false);
        }
    }

    static async Task<string> TextAsync(HttpResponseMessage answer, CancellationToken stop)
    {
        await using var stream = await answer.Content.ReadAsStreamAsync(stop);
        using var text = new MemoryStream();
        var buffer = new byte[64 * 1024];
        for (int read; (read = await stream.ReadAsync(buffer, stop)) > 0;)
        {
            if (text.Length + read > MostOfAnswer)
                throw new KubernetesException("The answer is larger than 16 MB.", (int)answer.StatusCode, isRefused: false);
            text.Write(buffer, 0, read);
        }
        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }

    static JsonObject? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static string Reason(int status, JsonObject? answer) => (status, answer?["message"]) switch
    {
        (401, _) => "The cluster refuses the token.",
        (_, JsonValue message) when message.TryGetValue<string>(out var said) && said.Length > 0 => $"The cluster says: {(said.Length > 300 ? said[..300] : said)}",
        _ => $"The cluster answered {status}.",
    };

    static void Trust(SocketsHttpHandler handler, string pem)
    {
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPem(pem);
        }
        catch (CryptographicException)
        {
            throw new FormatException("The secret named by `ca` holds no certificate in PEM.");
        }
        if (authorities.Count == 0)
            throw new FormatException("The secret named by `ca` holds no certificate in PEM.");
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
        {
            if (certificate is not X509Certificate2 own || chain is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != 0)
                return false;
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            return chain.Build(own);
        };
    }
}
