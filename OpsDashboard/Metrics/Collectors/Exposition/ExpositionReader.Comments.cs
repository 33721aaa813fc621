namespace OpsDashboard.Metrics.Collectors.Exposition;

public ref partial struct ExpositionReader
{
    /// <summary>Reads a line that begins with #; End where it says nothing.</summary>
    ExpositionLine ReadComment()
    {
        position++;
        SkipBlanks();
        var word = Token();
        if (word.SequenceEqual("HELP"u8))
            return ReadNamed(ExpositionLine.Help);
        if (word.SequenceEqual("TYPE"u8))
            return ReadNamed(ExpositionLine.Type);
        if (format == ExpositionFormat.Text)
        {
            SkipLine();
            return ExpositionLine.End;
        }
        if (word.SequenceEqual("UNIT"u8))
            return ReadNamed(ExpositionLine.Unit);
        if (!word.SequenceEqual("EOF"u8) || !AtLineEnd())
            return Malformed("OpenMetrics allows only HELP, TYPE, UNIT and EOF after #");
        SkipLine();
        IsComplete = true;
        return ExpositionLine.End;
    }

    ExpositionLine ReadNamed(ExpositionLine kind)
    {
        SkipBlanks();
        Metric = Token();
        if (Metric.Length == 0)
            return Malformed($"a metric's name was expected after {(kind == ExpositionLine.Help ? "HELP" : kind == ExpositionLine.Type ? "TYPE" : "UNIT")}");
        SkipBlanks();
        var start = position;
        SkipLine();
        Text = body[start..position].TrimEnd("\r\n"u8);
        return kind != ExpositionLine.Type || TryReadKind() ? kind : Malformed($"{Quote(Text)} is not a metric type");
    }

    bool TryReadKind()
    {
        MetricKind? kind = Text.TrimEnd((byte)' ') switch
        {
            var text when text.SequenceEqual("counter"u8) => MetricKind.Counter,
            var text when text.SequenceEqual("gauge"u8) => MetricKind.Gauge,
            var text when text.SequenceEqual("histogram"u8) || text.SequenceEqual("gaugehistogram"u8) => MetricKind.Histogram,
            var text when text.SequenceEqual("summary"u8) => MetricKind.Summary,
            var text when text.SequenceEqual("info"u8) => MetricKind.Info,
            var text when text.SequenceEqual("stateset"u8) => MetricKind.StateSet,
            var text when text.SequenceEqual("untyped"u8) || text.SequenceEqual("unknown"u8) => MetricKind.Unknown,
            _ => null,
        };
        Kind = kind ?? MetricKind.Unknown;
        return kind is not null;
    }
}
