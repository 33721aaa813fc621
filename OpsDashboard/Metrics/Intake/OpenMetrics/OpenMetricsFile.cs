using OpsDashboard.Metrics.Collectors.Exposition;

namespace OpsDashboard.Metrics.Intake.OpenMetrics;

/// <summary>The file is malformed; the message says in which line and why.</summary>
sealed class MalformedFileException(int line, string message) : Exception($"line {line}: {message}")
{
    public int Line { get; } = line;
}

/// <summary>Receives what a file holds, in its order.</summary>
interface IOpenMetricsReceiver
{
    ValueTask SampleAsync(Labels labels, long at, double value);

    void Describe(string metric, MetricKind? kind, string? help, string? unit);
}

/// <summary>Reads an OpenMetrics text of any size part by part; memory holds one part and the series' names at a time.</summary>
static class OpenMetricsFile
{
    const int PartBytes = 1024 * 1024;
    const int RememberedSeries = 100_000;

    /// <exception cref="MalformedFileException">A line is not OpenMetrics, has no time stamp, or the end is missing.</exception>
    public static async Task ReadAsync(Stream file, IOpenMetricsReceiver receiver, CancellationToken stop)
    {
        var buffer = new byte[PartBytes];
        var state = new ReadState();
        var filled = 0;
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            var read = await file.ReadAtLeastAsync(buffer.AsMemory(filled), 1, throwOnEndOfStream: false, stop);
            filled += read;
            var isLast = read == 0;
            var end = isLast ? filled : buffer.AsSpan(0, filled).LastIndexOf((byte)'\n') + 1;
            if (end == 0 && !isLast)
            {
                if (filled == buffer.Length)
                    throw new MalformedFileException(state.Line + 1, $"the line is longer than {PartBytes} bytes");
                continue;
            }
            state.Read(buffer.AsSpan(0, end), isLast);
            await state.DeliverAsync(receiver);
            if (isLast)
                return;
            buffer.AsSpan(end, filled - end).CopyTo(buffer);
            filled -= end;
        }
    }

    /// <summary>What goes on from part to part.</summary>
    sealed class ReadState
    {
        readonly List<(Labels Labels, long At, double Value)> samples = [];
        readonly List<(string Metric, MetricKind? Kind, string? Help, string? Unit)> descriptions = [];
        readonly List<Label> labels = [];
        readonly TextPool pool = new();
        readonly Dictionary<string, Labels> known = [];
        byte[] lastSeries = [];
        Labels lastLabels = Labels.Empty;
        bool isComplete;

        public int Line { get; private set; }

        public void Read(ReadOnlySpan<byte> part, bool isLast)
        {
            if (part.Length == 0 && isComplete)
                return;
            if (isComplete)
                throw new MalformedFileException(Line + 1, "there is text after # EOF");
            var reader = new ExpositionReader(part, ExpositionFormat.OpenMetrics, Line + 1, isLast);
            while (true)
            {
                switch (reader.Read(lastSeries))
                {
                    case ExpositionLine.End:
                        (Line, isComplete) = (reader.LineNumber, reader.IsComplete);
                        return;
                    case ExpositionLine.Sample:
                        Sample(reader);
                        break;
                    case ExpositionLine.Type:
                        descriptions.Add((Text(reader.Metric), reader.Kind, null, null));
                        break;
                    case ExpositionLine.Help:
                        descriptions.Add((Text(reader.Metric), null, SeriesText.Unescape(reader.Text), null));
                        break;
                    case ExpositionLine.Unit:
                        descriptions.Add((Text(reader.Metric), null, null, Text(reader.Text)));
                        break;
                    case ExpositionLine.Malformed:
                        throw new MalformedFileException(reader.LineNumber, reader.Error);
                }
            }
        }

        public async ValueTask DeliverAsync(IOpenMetricsReceiver receiver)
        {
            foreach (var (metric, kind, help, unit) in descriptions)
                receiver.Describe(metric, kind, help, unit);
            foreach (var (identity, at, value) in samples)
                await receiver.SampleAsync(identity, at, value);
            descriptions.Clear();
            samples.Clear();
        }

        void Sample(in ExpositionReader reader)
        {
            if (!reader.HasTimestamp)
                throw new MalformedFileException(reader.LineNumber, "the sample has no time stamp; back-filling needs one on every sample");
            if (!reader.IsExpected)
            {
                lastSeries = reader.Series.ToArray();
                lastLabels = Identity(reader);
            }
            samples.Add((lastLabels, reader.Timestamp, reader.Value));
        }

        Labels Identity(in ExpositionReader reader)
        {
            var key = Text(reader.Series);
            if (known.TryGetValue(key, out var identity))
                return identity;
            labels.Clear();
            if (SeriesText.Parse(reader.Series, labels, pool) is { } error)
                throw new MalformedFileException(reader.LineNumber, error);
            if (known.Count >= RememberedSeries)
                known.Clear();
            return known[key] = Labels.From(labels);
        }

        static string Text(ReadOnlySpan<byte> utf8) => System.Text.Encoding.UTF8.GetString(utf8);
    }
}
