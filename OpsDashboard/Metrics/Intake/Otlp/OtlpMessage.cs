namespace OpsDashboard.Metrics.Intake.Otlp;

/// <summary>How a field of OTLP's messages is written in protobuf, and how its JSON value is read.</summary>
enum OtlpType { Message, Text, Base64, Hex, Double, Fixed64, SignedFixed64, Fixed32, Number, Flag }

sealed record OtlpField(int Number, OtlpType Type, bool IsList = false, OtlpMessage? Message = null);

/// <summary>The fields of one message by their JSON names, as far as they are read here (opentelemetry-proto 1.x); others are skipped.</summary>
sealed class OtlpMessage
{
    public Dictionary<string, OtlpField> Fields { get; } = [];

    public OtlpMessage With(string name, int number, OtlpType type) => Add(name, new(number, type));

    public OtlpMessage List(string name, int number, OtlpType type) => Add(name, new(number, type, IsList: true));

    public OtlpMessage One(string name, int number, OtlpMessage message) => Add(name, new(number, OtlpType.Message, Message: message));

    public OtlpMessage Many(string name, int number, OtlpMessage message) => Add(name, new(number, OtlpType.Message, IsList: true, message));

    OtlpMessage Add(string name, OtlpField field)
    {
        Fields[name] = field;
        return this;
    }
}

static class OtlpMessages
{
    static readonly OtlpMessage AnyValue = Values();

    static readonly OtlpMessage KeyValue = new OtlpMessage().With("key", 1, OtlpType.Text).One("value", 2, AnyValue);

    static readonly OtlpMessage Resource = new OtlpMessage().Many("attributes", 1, KeyValue);

    static readonly OtlpMessage NumberPoint = new OtlpMessage().With("timeUnixNano", 3, OtlpType.Fixed64).With("asDouble", 4, OtlpType.Double)
        .With("asInt", 6, OtlpType.SignedFixed64).Many("attributes", 7, KeyValue).With("flags", 8, OtlpType.Number);

    static readonly OtlpMessage HistogramPoint = new OtlpMessage().With("timeUnixNano", 3, OtlpType.Fixed64).With("count", 4, OtlpType.Fixed64).With("sum", 5, OtlpType.Double)
        .List("bucketCounts", 6, OtlpType.Fixed64).List("explicitBounds", 7, OtlpType.Double).Many("attributes", 9, KeyValue).With("flags", 10, OtlpType.Number);

    static readonly OtlpMessage SummaryPoint = new OtlpMessage().With("timeUnixNano", 3, OtlpType.Fixed64).With("count", 4, OtlpType.Fixed64).With("sum", 5, OtlpType.Double)
        .Many("quantileValues", 6, new OtlpMessage().With("quantile", 1, OtlpType.Double).With("value", 2, OtlpType.Double))
        .Many("attributes", 7, KeyValue).With("flags", 8, OtlpType.Number);

    static readonly OtlpMessage Metric = new OtlpMessage().With("name", 1, OtlpType.Text).With("description", 2, OtlpType.Text).With("unit", 3, OtlpType.Text)
        .One("gauge", 5, new OtlpMessage().Many("dataPoints", 1, NumberPoint))
        .One("sum", 7, new OtlpMessage().Many("dataPoints", 1, NumberPoint).With("aggregationTemporality", 2, OtlpType.Number).With("isMonotonic", 3, OtlpType.Flag))
        .One("histogram", 9, new OtlpMessage().Many("dataPoints", 1, HistogramPoint).With("aggregationTemporality", 2, OtlpType.Number))
        .One("exponentialHistogram", 10, new OtlpMessage().Many("dataPoints", 1, new()))
        .One("summary", 11, new OtlpMessage().Many("dataPoints", 1, SummaryPoint));

    static readonly OtlpMessage LogRecord = new OtlpMessage().With("timeUnixNano", 1, OtlpType.Fixed64).With("severityNumber", 2, OtlpType.Number).With("severityText", 3, OtlpType.Text)
        .One("body", 5, AnyValue).Many("attributes", 6, KeyValue).With("flags", 8, OtlpType.Fixed32).With("traceId", 9, OtlpType.Hex).With("spanId", 10, OtlpType.Hex)
        .With("observedTimeUnixNano", 11, OtlpType.Fixed64).With("eventName", 12, OtlpType.Text);

    public static readonly OtlpMessage MetricsRequest = new OtlpMessage().Many("resourceMetrics", 1, new OtlpMessage().One("resource", 1, Resource)
        .Many("scopeMetrics", 2, new OtlpMessage().Many("metrics", 2, Metric)));

    public static readonly OtlpMessage LogsRequest = new OtlpMessage().Many("resourceLogs", 1, new OtlpMessage().One("resource", 1, Resource)
        .Many("scopeLogs", 2, new OtlpMessage().One("scope", 1, new OtlpMessage().With("name", 1, OtlpType.Text)).Many("logRecords", 2, LogRecord)));

    // A value may hold lists and maps of values.
    static OtlpMessage Values()
    {
        var value = new OtlpMessage();
        var pair = new OtlpMessage().With("key", 1, OtlpType.Text).One("value", 2, value);
        return value.With("stringValue", 1, OtlpType.Text).With("boolValue", 2, OtlpType.Flag).With("intValue", 3, OtlpType.Number).With("doubleValue", 4, OtlpType.Double)
            .One("arrayValue", 5, new OtlpMessage().Many("values", 1, value)).One("kvlistValue", 6, new OtlpMessage().Many("values", 1, pair)).With("bytesValue", 7, OtlpType.Base64);
    }
}
