using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics.Collectors.Http;

namespace OpsDashboard.Metrics.Collectors.Probes;

sealed class HttpProbe(Uri address, HttpProbeOptions options, ProbeHttp http) : ICollector
{
    static readonly TimeSpan LongestMatch = TimeSpan.FromMilliseconds(200);

    readonly Regex? pattern = Compile(options.Pattern), forbidden = Compile(options.ForbiddenPattern);

    public async ValueTask<CollectOutcome> CollectAsync(CollectContext context, CancellationToken stop)
    {
        ProbeMetrics.Describe(context);
        var started = context.Clock.GetTimestamp();
        var connection = new ProbeConnection(context.Clock, http.Outbound, options.Access.AcceptAnyCertificate);
        CollectOutcome outcome;
        try
        {
            outcome = await ProbeAsync(context, connection, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            outcome = CollectOutcome.Failed(CollectFailure.TimedOut, $"No complete answer within {PrometheusDuration.Format(context.Target.Timeout)}: {Reached(connection)}.");
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            outcome = HttpFailure.Explain(error, address) ?? throw new InvalidOperationException($"Probing failed: {error.GetType().Name}", error);
        }
        ProbeMetrics.AddConnection(context, connection);
        ProbeMetrics.Add(context, "total", context.Clock.GetElapsedTime(started));
        context.Add(ProbeMetrics.Success, outcome.Failure == CollectFailure.None ? 1 : 0);
        return outcome;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    async Task<CollectOutcome> ProbeAsync(CollectContext context, ProbeConnection connection, CancellationToken stop)
    {
        var place = address;
        for (var redirects = 0; ; redirects++)
        {
            using var request = Request(place);
            using var response = await http.SendAsync(request, connection, stop);
            ProbeMetrics.Add(context, "first_byte", redirects < options.MaxRedirects && IsRedirect(response) ? null : context.Clock.GetElapsedTime(connection.ReadyAt));
            if (redirects < options.MaxRedirects && IsRedirect(response))
            {
                place = new Uri(place, response.Headers.Location!);
                if (HttpAddress.TryCreate(place.OriginalString) is null && place.Scheme is not ("http" or "https"))
                    return CollectOutcome.Failed(CollectFailure.BadStatus, $"{HttpAddress.Place(address)} redirects to something that is not http.");
                continue;
            }
            return await JudgeAsync(context, connection, response, redirects, stop);
        }
    }

    async Task<CollectOutcome> JudgeAsync(CollectContext context, ProbeConnection connection, HttpResponseMessage response, int redirects, CancellationToken stop)
    {
        var status = (int)response.StatusCode;
        context.Add(ProbeMetrics.StatusCode, status);
        var reading = context.Clock.GetTimestamp();
        using var body = await ResponseBody.ReadAsync(response.Content, options.BodySizeLimit, 0, stop);
        ProbeMetrics.Add(context, "transfer", context.Clock.GetElapsedTime(reading));
        context.Add(ProbeMetrics.BodyBytes, body.Length);
        if (!options.Status.Contains(status))
        {
            var more = options.MaxRedirects > 0 && redirects == options.MaxRedirects && IsRedirect(response) ? $" after {redirects} redirects" : "";
            return CollectOutcome.Failed(CollectFailure.BadStatus, $"{HttpAddress.Place(address)} answered {status} {response.ReasonPhrase}".TrimEnd() + $"{more}; expected {options.Status}.");
        }
        if (options.JudgesBody && body.IsTooLarge)
            return CollectOutcome.Failed(CollectFailure.TooLarge, $"The answer is longer than {SizeText.Format(options.BodySizeLimit)} and was not judged.");
        var fault = JudgeBody(body, context.Clock.GetUtcNow()) ?? JudgeCertificate(connection, context.Clock.GetUtcNow());
        return fault is null ? CollectOutcome.Ok(0) : CollectOutcome.Failed(CollectFailure.AssertionFailed, fault);
    }

    string? JudgeBody(ResponseBody body, DateTimeOffset now)
    {
        if (pattern is not null || forbidden is not null)
        {
            var text = Encoding.UTF8.GetString(body.Span);
            if (pattern is not null && !pattern.IsMatch(text))
                return $"The answer does not contain what was expected ({options.Pattern}).";
            if (forbidden is not null && forbidden.IsMatch(text))
                return $"The answer contains what it must not ({options.ForbiddenPattern}).";
        }
        if (options.Json.Count == 0)
            return null;
        try
        {
            using var document = JsonDocument.Parse(body.Memory);
            return options.Json.Select(expectation => expectation.Judge(document.RootElement, now)).FirstOrDefault(fault => fault is not null);
        }
        catch (JsonException)
        {
            return "The answer is no JSON, so its content could not be judged.";
        }
    }

    string? JudgeCertificate(ProbeConnection connection, DateTimeOffset now) =>
        options.CertificateValidFor is { } wanted && connection.CertificateEndsAt is { } end && end - now < wanted
            ? $"The certificate ends in {Math.Floor((end - now).TotalDays)} days, on {end:yyyy-MM-dd}."
            : null;

    HttpRequestMessage Request(Uri place)
    {
        var request = new HttpRequestMessage(new HttpMethod(options.Method), place);
        request.Headers.TryAddWithoutValidation("User-Agent", CollectorHttp.UserAgent);
        request.Headers.TryAddWithoutValidation("Accept", "*/*");
        if (options.Body is not null)
            request.Content = new StringContent(options.Body, Encoding.UTF8, options.BodyType ?? "application/json");
        // Credentials are for the address in the catalogue, not for wherever it redirects to.
        if (place.Authority == address.Authority)
            options.Access.Apply(request);
        return request;
    }

    static bool IsRedirect(HttpResponseMessage response) => (int)response.StatusCode is 301 or 302 or 303 or 307 or 308 && response.Headers.Location is not null;

    static string Reached(ProbeConnection connection) => connection switch
    {
        { ReadyAt: not 0 } => "connected, but the answer did not come or did not end",
        { Connect: not null } => "connected, but no secure connection came about",
        { Dns: not null } => "the connection did not come about",
        _ => "the name was not resolved",
    };

    static Regex? Compile(string? pattern) => pattern is null ? null : new(pattern, RegexOptions.CultureInvariant | RegexOptions.Singleline, LongestMatch);
}
