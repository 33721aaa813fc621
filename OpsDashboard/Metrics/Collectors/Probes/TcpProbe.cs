using System.Text;
using System.Text.RegularExpressions;
using OpsDashboard.Catalogue;
using OpsDashboard.Http;
using OpsDashboard.Metrics.Collectors.Http;

namespace OpsDashboard.Metrics.Collectors.Probes;

sealed class TcpProbe(TcpAddress address, TcpProbeOptions options, Outbound outbound) : ICollector
{
    const int LongestAnswer = 4096;

    static readonly TimeSpan LongestMatch = TimeSpan.FromMilliseconds(200);

    readonly Regex? expected = options.Expect is null ? null : new(options.Expect, RegexOptions.CultureInvariant, LongestMatch);

    public async ValueTask<CollectOutcome> CollectAsync(CollectContext context, CancellationToken stop)
    {
        ProbeMetrics.Describe(context);
        var started = context.Clock.GetTimestamp();
        var connection = new ProbeConnection(context.Clock, outbound, options.AcceptAnyCertificate);
        var outcome = CollectOutcome.Ok(0);
        try
        {
            await using var stream = await connection.OpenAsync(address.Host, address.Port, options.UseTls, stop);
            outcome = await TalkAsync(stream, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            outcome = CollectOutcome.Failed(CollectFailure.TimedOut, $"{address.Host}:{address.Port} {(connection.Connect is null ? "did not take the connection" : "did not answer as expected")} within {PrometheusDuration.Format(context.Target.Timeout)}.");
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            outcome = HttpFailure.Explain(error, new UriBuilder("tcp", address.Host, address.Port).Uri) ?? throw new InvalidOperationException($"Probing failed: {error.GetType().Name}", error);
        }
        ProbeMetrics.AddConnection(context, connection);
        ProbeMetrics.Add(context, "total", context.Clock.GetElapsedTime(started));
        context.Add(ProbeMetrics.Success, outcome.Failure == CollectFailure.None ? 1 : 0);
        return outcome;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    async Task<CollectOutcome> TalkAsync(Stream stream, CancellationToken stop)
    {
        if (options.Send is not null)
            await stream.WriteAsync(Encoding.UTF8.GetBytes(Regex.Unescape(options.Send)), stop);
        if (expected is null)
            return CollectOutcome.Ok(0);
        var buffer = new byte[LongestAnswer];
        var length = 0;
        while (length < buffer.Length)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), stop);
            length += read;
            if (expected.IsMatch(Encoding.UTF8.GetString(buffer, 0, length)))
                return CollectOutcome.Ok(0);
            if (read == 0)
                break;
        }
        return CollectOutcome.Failed(CollectFailure.AssertionFailed, $"What {address.Host}:{address.Port} said does not match {options.Expect}.");
    }
}
