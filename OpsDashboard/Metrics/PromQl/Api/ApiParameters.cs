using System.Globalization;
using OpsDashboard.Catalogue;

namespace OpsDashboard.Metrics.PromQl.Api;

/// <summary>The parameters of a request from its address and, for POST, its form; the form comes first, as Go's FormValue has it.</summary>
sealed class ApiParameters(IQueryCollection query, IFormCollection? form)
{
    /// <summary>The instants that stand for "all time", in milliseconds.</summary>
    public const long Earliest = 0, Latest = 253_402_300_799_000;

    public static async Task<ApiParameters> ReadAsync(HttpRequest request)
    {
        try
        {
            return new(request.Query, request.HasFormContentType ? await request.ReadFormAsync(request.HttpContext.RequestAborted) : null);
        }
        catch (InvalidDataException malformed)
        {
            throw ApiError.BadData($"error parsing form values: {malformed.Message}");
        }
    }

    public string? Text(string name) => form is not null && form.TryGetValue(name, out var posted) && posted.Count > 0 ? posted[0]
        : query.TryGetValue(name, out var asked) && asked.Count > 0 ? asked[0] : null;

    public IReadOnlyList<string> Texts(string name)
    {
        var posted = form is not null && form.TryGetValue(name, out var first) ? first : default;
        return [.. posted.Concat(query[name]).OfType<string>()];
    }

    public string Required(string name) => Text(name) ?? "";

    /// <summary>An instant in milliseconds, from seconds since 1970 or RFC 3339.</summary>
    public long Time(string name, long otherwise)
    {
        if (Text(name) is not { Length: > 0 } text)
            return otherwise;
        return ParseTime(text) ?? throw ApiError.InvalidParameter(name, $"cannot parse \"{text}\" to a valid timestamp");
    }

    /// <summary>A duration in milliseconds, from seconds or 5m; null where it is absent.</summary>
    public long? Duration(string name)
    {
        if (Text(name) is not { Length: > 0 } text)
            return null;
        return ParseDuration(text) ?? throw ApiError.InvalidParameter(name, $"cannot parse \"{text}\" to a valid duration");
    }

    /// <summary>How many results are wanted; 0 means all.</summary>
    public int Limit()
    {
        if (Text("limit") is not { Length: > 0 } text)
            return 0;
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var limit))
            throw ApiError.InvalidParameter("limit", $"strconv.Atoi: parsing \"{text}\": invalid syntax");
        return limit >= 0 ? (int)Math.Min(limit, int.MaxValue) : throw ApiError.InvalidParameter("limit", "limit must be non-negative");
    }

    public static long? ParseDuration(string text)
    {
        const double Longest = 9e12;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds))
            return Math.Abs(seconds) * 1000 < Longest ? (long)(seconds * 1000) : null;
        return PrometheusDuration.TryParse(text) is { } duration ? (long)duration.TotalMilliseconds : null;
    }

    static long? ParseTime(string text)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds))
            return Math.Abs(seconds) * 1000 <= Latest ? (long)Math.Round(seconds * 1000) : null;
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return text.Contains('T') && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Utc, out var instant) ? instant.ToUnixTimeMilliseconds() : null;
    }
}
