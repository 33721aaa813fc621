using System.IO.Compression;

namespace OpsDashboard.Logs.Api;

/// <summary>A request's body, unpacked, as long as it stays within its limit.</summary>
static class IngestBody
{
    /// <summary>Null: larger than the limit.</summary>
    /// <exception cref="InvalidDataException">It says that it is packed and is not.</exception>
    public static async Task<byte[]?> ReadAsync(HttpRequest request, int limit, CancellationToken stop)
    {
        if (request.ContentLength > limit)
            return null;
        await using var unpacked = request.Headers.ContentEncoding.ToString() is "gzip" or "x-gzip" ? new GZipStream(request.Body, CompressionMode.Decompress) : request.Body;
        const int FirstGuess = 64 * 1024;
        using var body = new MemoryStream((int)(request.ContentLength ?? FirstGuess));
        var buffer = new byte[FirstGuess];
        while (await unpacked.ReadAsync(buffer, stop) is var read and > 0)
        {
            if (body.Length + read > limit)
                return null;
            body.Write(buffer, 0, read);
        }
        return body.ToArray();
    }
}
