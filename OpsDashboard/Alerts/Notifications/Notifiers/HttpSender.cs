using System.Net;
using System.Net.Http.Headers;
using OpsDashboard.Http;

namespace OpsDashboard.Alerts.Notifications.Notifiers;

/// <summary>
/// One HTTP request to a receiver, and what its answer means. Redirects are not followed: secrets go where they were meant to go; networks that
/// are closed to collectors are closed here too. Thread-safe.
/// </summary>
sealed class HttpSender(Outbound outbound, TimeProvider clock) : IDisposable
{
    /// <summary>As long as a receiver may ask us to wait.</summary>
    static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);
    const int MostOfAnswer = 200;

    readonly HttpClient client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        ConnectCallback = outbound.ConnectAsync,
        // A proxy of the environment would connect in our place, and nobody would judge where to.
        UseProxy = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        MaxResponseHeadersLength = 64,
    })
    {
        // The caller's token ends it, on the caller's clock.
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = 64 * 1024,
    };

    /// <param name="saysAnswer">The beginning of a refusal's body is fit for the log.</param>
    public async Task<SendResult> SendAsync(HttpRequestMessage request, CancellationToken stop, bool saysAnswer = true)
    {
        try
        {
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
            var code = (int)answer.StatusCode;
            if (answer.IsSuccessStatusCode)
                return SendResult.Delivered($"answered {code}");
            var detail = $"answered {code}{(saysAnswer ? await BeginningAsync(answer, stop) : "")}";
            return answer.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout || code >= 500
                ? new(SendOutcome.Retry, detail, Wait(answer.Headers.RetryAfter))
                : SendResult.Rejected(detail);
        }
        catch (HttpRequestException failure) when (failure.InnerException is OutboundClosedException closed)
        {
            return SendResult.Rejected(closed.Message);
        }
        catch (HttpRequestException failure)
        {
            return SendResult.Retry(failure.HttpRequestError switch
            {
                HttpRequestError.NameResolutionError => "its name is not known",
                HttpRequestError.ConnectionError => "does not accept connections",
                HttpRequestError.SecureConnectionError => "its certificate cannot be trusted",
                HttpRequestError.InvalidResponse => "answered something that is not HTTP",
                HttpRequestError.ResponseEnded => "closed the connection before it answered",
                _ => "the connection failed",
            });
        }
        catch (IOException)
        {
            return SendResult.Retry("the connection broke");
        }
    }

    public void Dispose() => client.Dispose();

    TimeSpan? Wait(RetryConditionHeaderValue? header)
    {
        var asked = header?.Delta ?? (header?.Date is { } date ? date - clock.GetUtcNow() : null);
        return asked is null || asked < TimeSpan.Zero ? null : asked > LongestWait ? LongestWait : asked;
    }

    static async Task<string> BeginningAsync(HttpResponseMessage answer, CancellationToken stop)
    {
        var buffer = new byte[MostOfAnswer];
        await using var body = await answer.Content.ReadAsStreamAsync(stop);
        var read = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, stop);
        var text = new string([.. System.Text.Encoding.UTF8.GetString(buffer, 0, read).Where(letter => !char.IsControl(letter))]);
        return text.Length > 0 ? $": {text}" : "";
    }
}
