using System.Net;
using System.Text;
using System.Text.Json;
using OpsDashboard.Catalogue;
using OpsDashboard.Http;
using OpsDashboard.Runbooks.Expressions;
using OpsDashboard.Runbooks.Reading;

namespace OpsDashboard.Runbooks.Steps;

/// <param name="Json">Members of a JSON object; a text that is a number, true or false and nothing besides is sent as that.</param>
/// <param name="Status">Statuses that mean well; empty: any below 300.</param>
/// <param name="Capture">Outputs: members of the answer by their path, e.g. <c>database.status</c>.</param>
public sealed record HttpStepOptions(string Method, Template Url, IReadOnlyDictionary<string, Template> Headers, IReadOnlyDictionary<string, Template> Json, IReadOnlyList<int> Status, string? ExpectText, IReadOnlyDictionary<string, string> Capture);

/// <summary>
/// One HTTP request. Values in its address are escaped, so that they stay where they stand; of its answer, what looks like a secret is never shown.
/// <code>{ name: warm, kind: http, method: POST, url: "${cg_api}/cache/warm", json: { keys: all }, status: [200, 202] }</code>
/// Outputs: <c>status</c>, <c>body</c> and what is captured.
/// </summary>
public sealed class HttpStepExecutor(Outbound outbound, HttpMessageHandler? handler = null) : IStepExecutor, IStepKind, IDisposable
{
    const int MostOfBody = 64 * 1024, MostOfOutput = 2000, MostLines = 200;

    // Sent as a body, never as markup: a person reads it in the plan.
    static readonly JsonSerializerOptions Readable = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

    readonly HttpClient client = new(handler ?? new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        ConnectCallback = outbound.ConnectAsync,
        // A proxy of the environment would connect in our place, and nobody would judge where to.
        UseProxy = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    })
    { Timeout = Timeout.InfiniteTimeSpan };

    public string Kind => "http";

    public object Read(StepYaml step)
    {
        var method = step.Map.Text("method") ?? "GET";
        if (!Methods.Contains(method))
            step.Map.Report("method", $"`{method}` is no method.", $"Use one of {string.Join(", ", Methods)}.");
        var url = step.RequiredTemplate("url");
        if (!StepAddress.IsAnchored(url))
            step.Map.Report("url", "A value may not choose where the request goes.", "Write scheme, host and a slash; values may stand in path and query.");
        var json = step.TemplateMap("json");
        if (json.Count > 0 && method is "GET" or "HEAD")
            step.Map.Report("json", $"A {method} has no body.", "Use POST, PUT or PATCH.");
        var status = step.Map.Texts("status").Select(text => int.TryParse(text, out var code) ? code : 0).ToArray();
        if (status.Any(code => code is < 100 or > 599))
            step.Map.Report("status", "A status is a number from 100 to 599.", "Write for example `status: [200, 202]`.");
        var capture = step.Map.TextMap("capture");
        // What is captured is shown, kept with the run and given to further steps.
        foreach (var (name, path) in capture.Where(one => SecretMask.IsSecret(one.Key) || SecretMask.IsSecret(one.Value.Split('.')[^1])))
            step.Map.Report("capture", $"`{name}: {path}` sounds like a secret, and outputs are shown.", "Let the step that needs it read it itself.");
        return new HttpStepOptions(method, url, step.TemplateMap("headers"), json, status, step.Map.Text("expect"), capture);
    }

    public StepPlan Plan(StepSpec step, StepInputs inputs)
    {
        var options = (HttpStepOptions)step.Options;
        var url = StepAddress.Fill(options.Url, inputs);
        // The plan is shown, kept and audited: what a header or member holds by its name stays with the request.
        string Shown(string name, string value) => SecretMask.IsSecret(name) ? SecretMask.Mask : value;
        string[] body = options.Json.Count > 0 ? [Body(options, inputs, Shown)] : [];
        return new([options.Method, SecretMask.Text(url), .. options.Headers.Select(header => $"{header.Key}: {Shown(header.Key, header.Value.Fill(inputs))}"), .. body], Uri.TryCreate(url, UriKind.Absolute, out var uri) ? uri.Authority : url, IsRead(options) ? RiskClass.Read : step.Risk)
        {
            Problem = uri is { Scheme: "http" or "https", Host.Length: > 0 } ? StepAddress.Problem(options.Url, inputs) : "There is no such address in this environment.",
        };
    }

    public async Task<StepOutcome> ExecuteAsync(StepContext context, CancellationToken stop)
    {
        var options = context.Options<HttpStepOptions>();
        var effect = IsRead(options) || context.Step.Risk == RiskClass.Read ? StepEffect.None : StepEffect.Unknown;
        if (StepAddress.Problem(options.Url, context.Inputs) is { } problem)
            return new StepOutcome.Failed(problem, false, StepEffect.None);
        try
        {
            using var request = Request(options, context.Inputs);
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
            var body = await BodyAsync(answer, stop);
            context.Output.Write($"{(int)answer.StatusCode} {answer.ReasonPhrase}");
            foreach (var line in AnswerMask.Apply(body).ReplaceLineEndings("\n").Split('\n').Take(MostLines))
                context.Output.Write(line);
            return Judge(options, answer.StatusCode, body, effect);
        }
        catch (HttpRequestException failure) when (failure.InnerException is OutboundClosedException closed)
        {
            return new StepOutcome.Failed(closed.Message, false, StepEffect.None);
        }
        catch (HttpRequestException failure)
        {
            // Without a connection nothing was asked for.
            var asked = failure.HttpRequestError is not (HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError);
            return new StepOutcome.Failed($"The request failed: {failure.HttpRequestError}.", true, asked ? effect : StepEffect.None);
        }
        catch (Exception broken) when (broken is IOException or FormatException or UriFormatException or InvalidOperationException)
        {
            return new StepOutcome.Failed($"The request failed: {broken.Message}", broken is IOException, broken is IOException ? effect : StepEffect.None);
        }
    }

    public Task<StepEffect> CheckAsync(StepContext context, CancellationToken stop) => Task.FromResult(IsRead(context.Options<HttpStepOptions>()) ? StepEffect.None : StepEffect.Unknown);

    public void Dispose() => client.Dispose();

    static bool IsRead(HttpStepOptions options) => options.Method is "GET" or "HEAD";

    static HttpRequestMessage Request(HttpStepOptions options, StepInputs inputs)
    {
        var request = new HttpRequestMessage(new(options.Method), StepAddress.Fill(options.Url, inputs));
        if (options.Json.Count > 0)
            request.Content = new StringContent(Body(options, inputs), Encoding.UTF8, "application/json");
        // Refuses line breaks in values: a header stays one header.
        foreach (var (name, value) in options.Headers)
            request.Headers.Add(name, value.Fill(inputs));
        return request;
    }

    static string Body(HttpStepOptions options, StepInputs inputs, Func<string, string, string>? shown = null) =>
        JsonSerializer.Serialize(options.Json.ToDictionary(pair => pair.Key, pair => Value(shown is null ? pair.Value.Fill(inputs) : shown(pair.Key, pair.Value.Fill(inputs)))), Readable);

    static object Value(string text) => text is "true" or "false" ? text == "true"
        : decimal.TryParse(text, System.Globalization.NumberStyles.AllowLeadingSign | System.Globalization.NumberStyles.AllowDecimalPoint, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number
        : text;

    static async Task<string> BodyAsync(HttpResponseMessage answer, CancellationToken stop)
    {
        await using var stream = await answer.Content.ReadAsStreamAsync(stop);
        var bytes = new byte[MostOfBody];
        var length = await stream.ReadAtLeastAsync(bytes, MostOfBody, throwOnEndOfStream: false, stop);
        return Encoding.UTF8.GetString(bytes, 0, length);
    }

    static StepOutcome Judge(HttpStepOptions options, HttpStatusCode status, string body, StepEffect effect)
    {
        var code = (int)status;
        if (options.Status.Count > 0 ? !options.Status.Contains(code) : code >= 300)
            return new StepOutcome.Failed($"It answered {code}.", code >= 500 || code == 429, code is >= 400 and < 500 ? StepEffect.None : effect);
        if (options.ExpectText is { } expected && !body.Contains(expected, StringComparison.Ordinal))
            return new StepOutcome.Failed($"It answered {code}, but not with “{expected}”.", true, effect);
        var outputs = new Dictionary<string, string> { ["status"] = $"{code}", ["body"] = Cut(AnswerMask.Apply(body)) };
        foreach (var (name, path) in options.Capture)
        {
            if (Member(body, path) is not { } value)
                return new StepOutcome.Failed($"Its answer has no {path}.", false, effect);
            outputs[name] = value;
        }
        return new StepOutcome.Done(outputs, $"It answered {code}.");
    }

    static string Cut(string text) => text.Length > MostOfOutput ? text[..MostOfOutput] : text;

    static string? Member(string body, string path)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var at = document.RootElement;
            foreach (var part in path.Split('.'))
            {
                if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(part, out at))
                    return null;
            }
            return at.ValueKind == JsonValueKind.String ? at.GetString() : AnswerMask.Apply(at.GetRawText());
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
