using System.Globalization;

namespace OpsDashboard.Logs.Lines;

/// <summary>An entry while its line is being read: holds the limits and the rules for times.</summary>
sealed class LineDraft(LineOrigin origin, DateTimeOffset receivedAt)
{
    static readonly TimeSpan MaxAhead = TimeSpan.FromMinutes(10);

    readonly List<LogField> fields = [];

    public DateTimeOffset ReceivedAt { get; } = receivedAt;

    /// <summary>Whether the line may say which system it is of; where the sender is known, what it says is a field like others.</summary>
    public bool TakesSystem { get; } = origin.SystemId is null;

    public DateTimeOffset? At { get; set; }
    public LineLevel Level { get; set; }
    public string? System { get; set; }
    public string? Component { get; set; }
    public string? Category { get; set; }
    public string? Event { get; set; }
    public string? CorrelationId { get; set; }
    public string? TraceId { get; set; }
    public string? Message { get; set; }
    public LineFlaws Flaws { get; set; }

    /// <summary>How long the line was, where it was too long; else 0.</summary>
    public int OriginalBytes { get; set; }

    /// <summary>Keeps a field within the limits; the first of a name stays.</summary>
    public void Add(string name, string value, bool isLiteral = false)
    {
        if (fields.Count >= LogLimits.MaxFields)
        {
            Flaws |= LineFlaws.FieldsCut;
            return;
        }
        if (!isLiteral && Secrets.IsSecretName(name) && value.Length > 0)
            (value, Flaws) = (Secrets.Mask, Flaws | LineFlaws.Masked);
        var kept = new LogField(Cut(name, LogLimits.MaxFieldName, LineFlaws.FieldsCut), Cut(Masked(value), LogLimits.MaxFieldValue, LineFlaws.FieldsCut), isLiteral);
        foreach (var field in fields)
        {
            if (string.Equals(field.Name, kept.Name, StringComparison.OrdinalIgnoreCase))
                return;
        }
        fields.Add(kept);
    }

    public LogEntry ToEntry()
    {
        var at = At is { } said ? said : ReceivedAt;
        if (At is null)
            Flaws |= LineFlaws.NoTime;
        else if (at > ReceivedAt + MaxAhead)
        {
            Flaws |= LineFlaws.FutureTime;
            AddOwn("claimed_time", at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture));
            at = ReceivedAt;
        }
        var message = Cut(Masked(Message ?? Event ?? ""), LogLimits.MaxMessage, LineFlaws.Cut);
        if (OriginalBytes > 0)
        {
            Flaws |= LineFlaws.Cut;
            AddOwn("original_bytes", OriginalBytes.ToString(CultureInfo.InvariantCulture));
        }
        return new()
        {
            At = at,
            ReceivedAt = ReceivedAt,
            Level = Level,
            SystemId = origin.SystemId ?? Name(System),
            Component = Name(Component) ?? origin.Component,
            Category = Name(Category) ?? origin.Category,
            Event = Name(Event),
            CorrelationId = Name(CorrelationId ?? TraceId),
            Message = message,
            Fields = fields,
            Source = origin.Source,
            Flaws = Flaws,
        };
    }

    // Our own words about the line have room even where its fields have filled it.
    void AddOwn(string name, string value)
    {
        fields.RemoveAll(field => field.Name == name);
        fields.Add(new(name, value));
    }

    string? Name(string? text) => string.IsNullOrWhiteSpace(text) ? null : Cut(text.Trim(), LogLimits.MaxName, LineFlaws.FieldsCut);

    string Masked(string text)
    {
        var masked = Secrets.MaskIn(text);
        if (!ReferenceEquals(masked, text))
            Flaws |= LineFlaws.Masked;
        return masked;
    }

    string Cut(string text, int length, LineFlaws flaw)
    {
        if (text.Length <= length)
            return text;
        Flaws |= flaw;
        if (flaw == LineFlaws.Cut && OriginalBytes == 0)
            OriginalBytes = global::System.Text.Encoding.UTF8.GetByteCount(text);
        return text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
    }
}
