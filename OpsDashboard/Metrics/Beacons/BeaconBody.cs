using System.Buffers;
using Microsoft.AspNetCore.Http.Features;

namespace OpsDashboard.Metrics.Beacons;

/// <summary>Reads a body up to a limit and not one byte further.</summary>
static class BeaconBody
{
    /// <returns>The body; null where it is longer.</returns>
    public static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpContext context, int longest, CancellationToken stop)
    {
        if (context.Request.ContentLength > longest)
        {
            Refuse(context);
            return null;
        }
        var buffer = new ArrayBufferWriter<byte>(Math.Max(256, (int)(context.Request.ContentLength ?? 4096)));
        while (true)
        {
            var read = await context.Request.Body.ReadAsync(buffer.GetMemory(), stop);
            if (read == 0)
                return buffer.WrittenMemory;
            buffer.Advance(read);
            if (buffer.WrittenCount > longest)
            {
                Refuse(context);
                return null;
            }
        }
    }

    // Else the server would read on, to keep the connection for the next request.
    static void Refuse(HttpContext context)
    {
        context.Response.Headers.Connection = "close";
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = 0;
    }
}
