using OpsDashboard.Catalogue;
using OpsDashboard.Http;

namespace OpsDashboard.Metrics.Collectors.Probes;

/// <param name="Send">Text sent after connecting, e.g. <c>PING\r\n</c>; null for none.</param>
/// <param name="Expect">A regular expression that the first bytes of the answer must match; null where connecting is enough.</param>
public sealed record TcpProbeOptions(bool UseTls, bool AcceptAnyCertificate, string? Send, string? Expect);

/// <summary>Probes whether a TCP port takes connections, and optionally what it says.</summary>
public sealed class TcpProbeKind(Outbound? outbound = null) : ICollectorKind
{
    public string Kind => "tcp";

    public object ReadOptions(YamlMap target)
    {
        var tls = target.Map("tls_config");
        var options = new TcpProbeOptions(target.Flag("tls") ?? tls is not null, tls?.Flag("insecure_skip_verify") ?? false, target.Text("send"), target.Text("expect"));
        tls?.RejectUnknownKeys();
        ProbePattern.Check(target, "expect", options.Expect);
        return options;
    }

    public string? RejectAddress(string address) => TcpAddress.TryParse(address) is null ? "it is not host:port." : null;

    public ICollector Create(Target target) => new TcpProbe(TcpAddress.TryParse(target.Address)!.Value, (TcpProbeOptions)target.Options, outbound ?? new());
}

readonly record struct TcpAddress(string Host, int Port)
{
    public static TcpAddress? TryParse(string text)
    {
        if (text.StartsWith("tcp://", StringComparison.Ordinal))
            text = text[6..];
        return text.LastIndexOf(':') is > 0 and var colon && ushort.TryParse(text.AsSpan(colon + 1), out var port) && port > 0
            && Uri.CheckHostName(text[..colon].Trim('[', ']')) != UriHostNameType.Unknown ? new(text[..colon].Trim('[', ']'), port) : null;
    }
}
