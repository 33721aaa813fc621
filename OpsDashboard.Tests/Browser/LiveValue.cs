using System.Net.Http.Headers;
using OpsDashboard.Tests.Metrics.Intake;
using OpsDashboard.Tests.Testing;

namespace OpsDashboard.Tests.Browser;

/// <summary>A metric of the test's own, sent to a running program by remote write, so that a test knows what the page must show.</summary>
static class LiveValue
{
    public static async Task SendAsync(RunningProgram program, string name, double value)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", RunningProgram.ApiToken);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        using var body = new ByteArrayContent(WriteMessages.Snappy(WriteMessages.Request((["__name__", name, "system", "case-opening"], [(now, value)]))));
        body.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        body.Headers.ContentEncoding.Add("snappy");
        using var response = await client.PostAsync($"{program.Address}/api/v1/write", body);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>The explorer with the metric plotted.</summary>
    public static string Page(string name) => $"/metrics-explorer?expr={name}";
}
