using System.Buffers;
using System.IO.Compression;

namespace OpsDashboard.Metrics.Collectors.Http;

/// <summary>A body read whole into a borrowed buffer; dispose it to give the buffer back.</summary>
public sealed class ResponseBody : IDisposable
{
    const int FirstBuffer = 16 * 1024;

    byte[] buffer;

    ResponseBody(byte[] buffer) => this.buffer = buffer;

    public int Length { get; private set; }

    /// <summary>True when the body is longer than allowed; what was read is then of no use.</summary>
    public bool IsTooLarge { get; private set; }

    public ReadOnlySpan<byte> Span => buffer.AsSpan(0, Length);

    public ReadOnlyMemory<byte> Memory => buffer.AsMemory(0, Length);

    /// <param name="limit">Most bytes allowed, after decompression.</param>
    /// <param name="expected">Likely size, e.g. of the last body; saves copying.</param>
    public static async Task<ResponseBody> ReadAsync(HttpContent content, long limit, int expected, CancellationToken stop)
    {
        var stream = await content.ReadAsStreamAsync(stop);
        await using var decompressed = content.Headers.ContentEncoding.LastOrDefault() is "gzip" or "x-gzip" ? new GZipStream(stream, CompressionMode.Decompress) : stream;
        var body = new ResponseBody(ArrayPool<byte>.Shared.Rent(Math.Max(FirstBuffer, expected + 1)));
        try
        {
            await body.FillAsync(decompressed, limit, stop);
            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
        (buffer, Length) = ([], 0);
    }

    async Task FillAsync(Stream stream, long limit, CancellationToken stop)
    {
        int read;
        while ((read = await stream.ReadAsync(buffer.AsMemory(Length), stop)) > 0)
        {
            Length += read;
            if (Length > limit)
            {
                IsTooLarge = true;
                return;
            }
            if (Length == buffer.Length)
                Grow();
        }
    }

    void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        Span.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}
