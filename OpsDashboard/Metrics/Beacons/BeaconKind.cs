using System.Text.RegularExpressions;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics.Collectors;

namespace OpsDashboard.Metrics.Beacons;

/// <summary>Writes, at each tick, what browsers have posted.</summary>
public sealed partial class BeaconKind(BeaconIntake intake) : ICollectorKind
{
    const int MostPages = 500;

    public string Kind => "beacon";

    public object ReadOptions(YamlMap target)
    {
        var key = target.Required("write_key");
        if (key.Length > 0 && !Key().IsMatch(key))
            target.Report("write_key", "`write_key` must be 8 to 64 letters, digits, - and _.", "Write for example `write_key: shop-web-public-1`; it is public.");
        var rate = target.Number("rate") ?? 10;
        if (rate is <= 0 or > 1000)
            target.Report("rate", $"`rate: {rate}` is out of range.", "Write beacons a second from one address, at most 1000.");
        var window = target.Duration("window") ?? TimeSpan.FromSeconds(5);
        if (window < TimeSpan.FromSeconds(1) || window > TimeSpan.FromMinutes(10))
            target.Report("window", "`window` is out of range.", "Write 1s to 10m.");
        var pages = target.Integer("max_pages") ?? 50;
        if (pages is < 1 or > MostPages)
            target.Report("max_pages", $"`max_pages: {pages}` is out of range.", $"Write 1 to {MostPages}.");
        return new BeaconOptions(key, ReadOrigins(target), rate, window, pages);
    }

    static string[] ReadOrigins(YamlMap target)
    {
        var origins = target.Texts("origins");
        if (origins.Count == 0)
            target.Report("origins", "`origins` is missing: no page may post.", "Add `origins: [\"https://www.example.com\"]`.");
        // A variable that is empty in this environment says: not here.
        foreach (var origin in origins.Where(origin => origin.Length > 0 && Origin(origin) is null))
            target.Report("origins", $"`{origin}` is no origin.", "Write scheme://host:port without a path.");
        return [.. origins.Select(Origin).OfType<string>()];
    }

    /// <summary>The origin as a browser writes it: lower case, the default port left out; null where the text is none.</summary>
    public static string? Origin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme is "http" or "https") && (uri.PathAndQuery is "/" or "") && uri.Fragment.Length == 0 && uri.UserInfo.Length == 0
            ? uri.GetLeftPart(UriPartial.Authority).ToLowerInvariant()
            : null;

    public ICollector Create(Target target) => new BeaconCollector(target, intake);

    [GeneratedRegex(@"^[A-Za-z0-9_-]{8,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Key();
}
