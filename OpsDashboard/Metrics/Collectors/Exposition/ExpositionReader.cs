namespace OpsDashboard.Metrics.Collectors.Exposition;

public enum ExpositionFormat
{
    /// <summary>Prometheus text 0.0.4: stamps in milliseconds.</summary>
    Text,

    /// <summary>OpenMetrics 1.0: stamps in seconds, exemplars, <c># EOF</c> at the end.</summary>
    OpenMetrics,
}

public enum ExpositionLine { End, Sample, Help, Type, Unit, Malformed }

/// <summary>
/// Reads an exposition line by line from its UTF-8 bytes without allocating; the spans it hands out point into the body.
/// A large file may be given in parts that end at a line's end: name the first line of each and which one is the last.
/// After <see cref="ExpositionLine.Malformed"/> nothing more is to be read: as in Prometheus, one bad line spoils the whole.
/// </summary>
public ref partial struct ExpositionReader(ReadOnlySpan<byte> body, ExpositionFormat format, int firstLine = 1, bool isLastPart = true)
{
    readonly ReadOnlySpan<byte> body = body;
    readonly ExpositionFormat format = format;
    readonly bool isLastPart = isLastPart;
    int position;

    /// <summary>1-based number of the line that was read last.</summary>
    public int LineNumber { get; private set; } = firstLine - 1;

    /// <summary>Sample: the series as it was written, name and labels; its bytes are a key, <see cref="SeriesText"/> reads them.</summary>
    public ReadOnlySpan<byte> Series { get; private set; }

    /// <summary>Sample: true when <see cref="Series"/> is what the caller expected.</summary>
    public bool IsExpected { get; private set; }

    public double Value { get; private set; }

    public bool HasTimestamp { get; private set; }

    /// <summary>Sample: its own stamp, in milliseconds since 1970 UTC; only with <see cref="HasTimestamp"/>.</summary>
    public long Timestamp { get; private set; }

    /// <summary>Help, Type, Unit: the metric's name.</summary>
    public ReadOnlySpan<byte> Metric { get; private set; }

    /// <summary>Help, Unit: the text as it was written; <see cref="SeriesText.Unescape"/> reads a help text.</summary>
    public ReadOnlySpan<byte> Text { get; private set; }

    /// <summary>Type: what the metric counts.</summary>
    public MetricKind Kind { get; private set; }

    /// <summary>True once OpenMetrics' <c># EOF</c> was read.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Malformed: what is wrong in the line, as a part of a sentence.</summary>
    public string Error { get; private set; } = "";

    /// <param name="expected">The series that the caller thinks comes next: when it does, the line's labels are compared and not scanned.</param>
    public ExpositionLine Read(ReadOnlySpan<byte> expected = default)
    {
        while (position < body.Length)
        {
            LineNumber++;
            if (IsComplete)
                return Malformed("there is text after # EOF");
            SkipBlanks();
            if (AtLineEnd())
            {
                if (format == ExpositionFormat.OpenMetrics)
                    return Malformed("OpenMetrics allows no empty line");
                SkipLine();
            }
            else if (body[position] != (byte)'#')
            {
                return ReadSample(expected);
            }
            else if (ReadComment() is var kind and not ExpositionLine.End)
            {
                return kind;
            }
        }
        if (format == ExpositionFormat.OpenMetrics && isLastPart && !IsComplete)
        {
            LineNumber++;
            return Malformed("the text ends without # EOF: it was cut off");
        }
        return ExpositionLine.End;
    }

    ExpositionLine ReadSample(ReadOnlySpan<byte> expected)
    {
        var rest = body[position..];
        IsExpected = expected.Length > 0 && rest.Length > expected.Length && rest.StartsWith(expected) && EndsSeries(rest[expected.Length..]);
        var length = IsExpected ? expected.Length : SeriesText.Measure(rest);
        if (length <= 0)
            return Malformed(length == 0 ? "a metric's name was expected" : "the labels do not end");
        Series = rest[..length];
        position += length;
        SkipBlanks();
        var token = Token();
        if (!ExpositionNumber.TryParse(token, out var value))
            return Malformed(token.Length == 0 ? "a value was expected after the series" : $"{Quote(token)} is not a number");
        Value = value;
        return ReadTimestamp() && EndLine() ? ExpositionLine.Sample : ExpositionLine.Malformed;
    }

    /// <summary>A blank must follow, and no labels after it: else the expected text was only the beginning of the series.</summary>
    static bool EndsSeries(ReadOnlySpan<byte> rest)
    {
        if (rest[0] is not ((byte)' ' or (byte)'\t'))
            return false;
        var i = 1;
        while (i < rest.Length && rest[i] is (byte)' ' or (byte)'\t')
            i++;
        return i < rest.Length && rest[i] != (byte)'{';
    }

    bool ReadTimestamp()
    {
        HasTimestamp = false;
        SkipBlanks();
        if (AtLineEnd() || body[position] == (byte)'#')
            return true;
        var token = Token();
        var isSeconds = format == ExpositionFormat.OpenMetrics;
        if (!ExpositionNumber.TryParse(token, out var stamp) || !(Math.Abs(stamp) < (isSeconds ? 9e12 : 9e15)) || (!isSeconds && stamp != Math.Floor(stamp)))
        {
            Malformed($"{Quote(token)} is not a time stamp in {(isSeconds ? "seconds" : "whole milliseconds")}");
            return false;
        }
        HasTimestamp = true;
        Timestamp = isSeconds ? (long)Math.Round(stamp * 1000) : (long)stamp;
        SkipBlanks();
        return true;
    }

    bool EndLine()
    {
        // An exemplar says where one request was seen; it is no part of the sample.
        if (!AtLineEnd() && body[position] == (byte)'#' && format == ExpositionFormat.OpenMetrics)
        {
            SkipLine();
            return true;
        }
        if (!AtLineEnd())
        {
            Malformed($"{Quote(Token())} follows the sample");
            return false;
        }
        SkipLine();
        return true;
    }

    readonly bool AtLineEnd() => position >= body.Length || body[position] == (byte)'\n'
        || (body[position] == (byte)'\r' && (position + 1 == body.Length || body[position + 1] == (byte)'\n'));

    void SkipBlanks()
    {
        while (position < body.Length && body[position] is (byte)' ' or (byte)'\t')
            position++;
    }

    void SkipLine()
    {
        var end = body[position..].IndexOf((byte)'\n');
        position = end < 0 ? body.Length : position + end + 1;
    }

    ReadOnlySpan<byte> Token()
    {
        var start = position;
        while (position < body.Length && body[position] > (byte)' ')
            position++;
        return body[start..position];
    }

    ExpositionLine Malformed(string error)
    {
        Error = error;
        return ExpositionLine.Malformed;
    }

    static string Quote(ReadOnlySpan<byte> token)
    {
        const int Longest = 40;
        var text = System.Text.Encoding.UTF8.GetString(token[..Math.Min(token.Length, Longest)]);
        return token.Length > Longest ? $"“{text}…”" : $"“{text}”";
    }
}
