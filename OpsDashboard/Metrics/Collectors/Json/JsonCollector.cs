using System.Text.Json;
using OpsDashboard.Metrics.Collectors.Http;

namespace OpsDashboard.Metrics.Collectors.Json;

sealed class JsonCollector(Uri address, JsonOptions options, CollectorHttp http) : ICollector
{
    const int MostSamples = 10_000, Deepest = 32;

    int lastLength;

    public async ValueTask<CollectOutcome> CollectAsync(CollectContext context, CancellationToken stop)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.TryAddWithoutValidation("Accept", "application/json");
            request.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip");
            using var response = await http.SendAsync(request, options.Access, stop);
            context.Add("probe_http_status_code", (int)response.StatusCode);
            using var body = await ResponseBody.ReadAsync(response.Content, options.BodySizeLimit, lastLength, stop);
            if (body.IsTooLarge)
                return CollectOutcome.Failed(CollectFailure.TooLarge, $"The document is longer than {SizeText.Format(options.BodySizeLimit)}.");
            lastLength = body.Length;
            return Read(body.Memory, response, context);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            if (HttpFailure.Explain(error, address) is { } outcome)
                return outcome;
            throw;
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    CollectOutcome Read(ReadOnlyMemory<byte> body, HttpResponseMessage response, CollectContext context)
    {
        var status = response.IsSuccessStatusCode ? null : $"{HttpAddress.Place(address)} answered {(int)response.StatusCode} {response.ReasonPhrase}".TrimEnd() + ".";
        try
        {
            using var document = JsonDocument.Parse(body, new() { MaxDepth = Deepest, CommentHandling = JsonCommentHandling.Skip });
            var left = Take(document.RootElement, context);
            var samples = MostSamples - left;
            // A failing health check says in its document what fails: that is kept although the collection counts as failed.
            if (status is not null)
                return CollectOutcome.Failed(CollectFailure.BadStatus, status, samples);
            return CollectOutcome.Ok(samples) with { Reason = left <= 0 ? $"Only the first {MostSamples} values were taken." : null };
        }
        catch (JsonException malformed)
        {
            if (status is not null)
                return CollectOutcome.Failed(CollectFailure.BadStatus, status);
            var place = malformed.LineNumber is { } line ? $" (line {line + 1}, byte {malformed.BytePositionInLine + 1})" : "";
            return CollectOutcome.Failed(CollectFailure.Malformed, $"{HttpAddress.Place(address)} answered something that is no JSON{place}.");
        }
    }

    int Take(JsonElement root, CollectContext context)
    {
        var left = MostSamples;
        foreach (var mapping in options.Metrics)
        {
            context.Describe(mapping.Metric, mapping.Kind, mapping.Help);
            mapping.Apply(root, context, ref left);
        }
        if (ComponentTree.Find(root, context.Target.ComponentId) is { } tree)
        {
            context.Describe("reported_component_healthy", MetricKind.Gauge, "1 where the system's own health document calls the part healthy, 0.5 degraded, 0 unhealthy.");
            foreach (var (path, node) in tree.Parts().Where(part => part.Node.Status != ComponentStatus.Unknown))
                context.Add("reported_component_healthy", node.Status switch { ComponentStatus.Healthy => 1, ComponentStatus.Degraded => 0.5, _ => 0 }, ("name", path));
            context.KeepDocument(ComponentTree.DocumentName, tree);
        }
        if (options.Document.Length > 0)
            context.KeepDocument(options.Document, CollectedJson.From(options.Document, root, context.At));
        return left;
    }
}
