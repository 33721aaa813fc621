using System.Globalization;
using System.Net;
using OpsDashboard.Metrics.Collectors.Exposition;
using OpsDashboard.Metrics.Collectors.Http;

namespace OpsDashboard.Metrics.Collectors.Prometheus;

/// <summary>Fetches one target's exposition and reads it.</summary>
sealed class PrometheusCollector(Uri address, ScrapeOptions options, CollectorHttp http, ScrapeReader reader, TimeSpan timeout) : ICollector
{
    // What Prometheus 2.42 sends.
    const string Accept = "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

    readonly string timeoutSeconds = timeout.TotalSeconds.ToString(CultureInfo.InvariantCulture);
    int lastLength;

    public async ValueTask<CollectOutcome> CollectAsync(CollectContext context, CancellationToken stop)
    {
        try
        {
            using var request = Request();
            using var response = await http.SendAsync(request, options.Access, stop);
            if (response.StatusCode != HttpStatusCode.OK)
                return BadStatus(response);
            if (NotAnExposition(response) is { } refusal)
                return refusal;
            using var body = await ResponseBody.ReadAsync(response.Content, options.BodySizeLimit, lastLength, stop);
            if (body.IsTooLarge)
                return CollectOutcome.Failed(CollectFailure.TooLarge, $"The answer is longer than {SizeText.Format(options.BodySizeLimit)}, the target's body_size_limit.");
            lastLength = body.Length;
            return Read(body.Span, Format(response), context);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            if (HttpFailure.Explain(error, address) is { } outcome)
                return outcome;
            throw;
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    HttpRequestMessage Request()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.TryAddWithoutValidation("Accept", Accept);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip");
        request.Headers.TryAddWithoutValidation("X-Prometheus-Scrape-Timeout-Seconds", timeoutSeconds);
        return request;
    }

    CollectOutcome Read(ReadOnlySpan<byte> body, ExpositionFormat format, CollectContext context)
    {
        if (body.StartsWith("\uFEFF"u8))
            body = body[3..];
        if (body is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
            return CollectOutcome.Failed(CollectFailure.Malformed, "The answer is UTF-16; an exposition must be UTF-8.");
        if (body.TrimStart(" \t\r\n"u8) is var text && text.StartsWith("<"u8))
            return CollectOutcome.Failed(CollectFailure.Malformed, $"{Place()} answered a web page instead of metrics; check metrics_path.");
        if (text.StartsWith("{\""u8) && !text.Contains((byte)'=') || text.StartsWith("["u8))
            return CollectOutcome.Failed(CollectFailure.Malformed, $"{Place()} answered JSON instead of metrics; use kind json or check metrics_path.");
        return reader.Read(body, format, context);
    }

    CollectOutcome? NotAnExposition(HttpResponseMessage response)
    {
        var encoding = response.Content.Headers.ContentEncoding;
        if (encoding.Count > 1 || (encoding.Count == 1 && encoding.Single() is not ("gzip" or "x-gzip" or "identity")))
            return CollectOutcome.Failed(CollectFailure.Malformed, $"{Place()} answered in the encoding {string.Join(", ", encoding)}, which was not asked for.");
        return response.Content.Headers.ContentType?.MediaType is "text/html" or "application/xhtml+xml"
            ? CollectOutcome.Failed(CollectFailure.Malformed, $"{Place()} answered a web page (text/html) instead of metrics; check metrics_path.")
            : null;
    }

    CollectOutcome BadStatus(HttpResponseMessage response)
    {
        var status = $"{Place()} answered {(int)response.StatusCode} {response.ReasonPhrase}".TrimEnd();
        return response.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => CollectOutcome.Failed(CollectFailure.AuthenticationFailed, $"{status}; check the target's credentials."),
            >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest => CollectOutcome.Failed(CollectFailure.BadStatus, $"{status} and leads elsewhere; the redirects were not followed to an end."),
            _ => CollectOutcome.Failed(CollectFailure.BadStatus, $"{status}."),
        };
    }

    static ExpositionFormat Format(HttpResponseMessage response) =>
        response.Content.Headers.ContentType?.MediaType == "application/openmetrics-text" ? ExpositionFormat.OpenMetrics : ExpositionFormat.Text;

    // Without the query: it may hold a secret.
    string Place() => $"{address.Host}:{address.Port}{address.AbsolutePath}";
}
