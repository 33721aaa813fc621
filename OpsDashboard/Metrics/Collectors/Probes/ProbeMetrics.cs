namespace OpsDashboard.Metrics.Collectors.Probes;

/// <summary>The series that probes report.</summary>
static class ProbeMetrics
{
    public const string Success = "probe_success", Duration = "probe_duration_seconds", StatusCode = "probe_http_status_code", BodyBytes = "probe_http_body_bytes", CertificateExpiry = "probe_certificate_expiry_seconds";

    public static void Describe(CollectContext context)
    {
        context.Describe(Success, MetricKind.Gauge, "1 when the target answered as expected, else 0.");
        context.Describe(Duration, MetricKind.Gauge, "Time by phase: dns, connect, tls, first_byte, transfer; total is the whole probe.");
        context.Describe(StatusCode, MetricKind.Gauge, "Status code of the answer.");
        context.Describe(BodyBytes, MetricKind.Gauge, "Bytes of the answer's body that were read.");
        context.Describe(CertificateExpiry, MetricKind.Gauge, "Time until the server's certificate ends; negative once it has.");
    }

    public static void AddConnection(CollectContext context, ProbeConnection connection)
    {
        Add(context, "dns", connection.Dns);
        Add(context, "connect", connection.Connect);
        Add(context, "tls", connection.Tls);
        if (connection.CertificateEndsAt is { } end)
            context.Add(CertificateExpiry, (end - context.Clock.GetUtcNow()).TotalSeconds);
    }

    public static void Add(CollectContext context, string phase, TimeSpan? time)
    {
        if (time is { } known)
            context.Add(Duration, known.TotalSeconds, ("phase", phase));
    }
}
