using OpsDashboard.Catalogue;
using OpsDashboard.Metrics.Collectors.Http;

namespace OpsDashboard.Metrics.Collectors.Probes;

/// <summary>The keys of <c>kind: http</c>. Without any of them a probe judges as <c>curl -f</c> does: any status below 400 is well, no redirect is followed.</summary>
public sealed record HttpProbeOptions
{
    public const long DefaultBodySizeLimit = 1 << 20;

    public string Method { get; init; } = "GET";
    public string? Body { get; init; }
    public string? BodyType { get; init; }
    public int MaxRedirects { get; init; }
    public long BodySizeLimit { get; init; } = DefaultBodySizeLimit;
    public StatusRanges Status { get; init; } = StatusRanges.Curl;
    public string? Pattern { get; init; }
    public string? ForbiddenPattern { get; init; }
    public IReadOnlyList<JsonExpectation> Json { get; init; } = [];
    public TimeSpan? CertificateValidFor { get; init; }
    public HttpAccess Access { get; init; } = new();

    /// <summary>Whether the body must be read whole to judge it.</summary>
    public bool JudgesBody => Pattern is not null || ForbiddenPattern is not null || Json.Count > 0;

    public static HttpProbeOptions Read(YamlMap target)
    {
        var options = new HttpProbeOptions
        {
            Method = (target.Text("method") ?? "GET").ToUpperInvariant(),
            Body = target.Text("body"),
            BodyType = target.Text("body_type"),
            MaxRedirects = target.Integer("max_redirects") ?? 0,
            BodySizeLimit = target.Text("body_size_limit") is { } size ? SizeText.TryParse(size) ?? 0 : DefaultBodySizeLimit,
            Access = HttpAccess.Read(target),
        };
        if (options.Method is not ("GET" or "HEAD" or "POST" or "PUT" or "OPTIONS"))
            target.Report("method", $"`method: {options.Method}` is not for probing.", "Use GET, HEAD, POST, PUT or OPTIONS.");
        if (options.MaxRedirects is < 0 or > 20)
            target.Report("max_redirects", $"`max_redirects: {options.MaxRedirects}` is out of range.", "Write 0 to 20.");
        if (options.BodySizeLimit <= 0)
            target.Report("body_size_limit", "`body_size_limit` is not a size.", "Write for example `1MB`.");
        if (target.Map("expect") is not { } expect)
            return options;
        options = ReadExpectations(options, expect);
        expect.RejectUnknownKeys();
        return options;
    }

    static HttpProbeOptions ReadExpectations(HttpProbeOptions options, YamlMap expect)
    {
        var status = string.Join(',', expect.Texts("status"));
        if (status.Length > 0 && StatusRanges.TryParse(status) is null)
            expect.Report("status", $"`status: {status}` is no range of status codes.", "Write for example `\"< 400\"`, `200-299` or `[200, 204]`.");
        var (pattern, forbidden) = (expect.Text("body"), expect.Text("body_not"));
        ProbePattern.Check(expect, "body", pattern);
        ProbePattern.Check(expect, "body_not", forbidden);
        return options with
        {
            Status = StatusRanges.TryParse(status) ?? StatusRanges.Curl,
            Pattern = pattern,
            ForbiddenPattern = forbidden,
            Json = JsonExpectation.Read(expect),
            CertificateValidFor = expect.Duration("certificate_valid_for"),
        };
    }
}
