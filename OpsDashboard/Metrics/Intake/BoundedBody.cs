using OpsDashboard.Metrics.Intake.RemoteWrite;

namespace OpsDashboard.Metrics.Intake;

/// <summary>Reads a request's body as long as it stays within its limit.</summary>
static class BoundedBody
{
    const int FirstGuess = 64 * 1024;

    /// <exception cref="WriteTooLargeException">The body is longer than the limit.</exception>
    public static Task<byte[]> ReadAsync(HttpRequest request, int limit, CancellationToken stop) => request.ContentLength > limit
        ? throw TooLarge(limit)
        : ReadAsync(request.Body, (int)(request.ContentLength ?? FirstGuess), limit, stop);

    /// <exception cref="WriteTooLargeException">It is longer than the limit.</exception>
    public static async Task<byte[]> ReadAsync(Stream source, int expected, int limit, CancellationToken stop)
    {
        using var body = new MemoryStream(expected);
        var buffer = new byte[FirstGuess];
        while (await source.ReadAsync(buffer, stop) is var read and > 0)
        {
            if (body.Length + read > limit)
                throw TooLarge(limit);
            body.Write(buffer, 0, read);
        }
        return body.ToArray();
    }

    public static WriteTooLargeException TooLarge(long limit) => new($"the request is larger than {limit} bytes");
}
