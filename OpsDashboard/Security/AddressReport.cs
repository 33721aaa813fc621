using System.Net;
using System.Net.Sockets;
using OpsDashboard.Audit;
using OpsDashboard.Logs;

namespace OpsDashboard.Security;

/// <summary>Where attempts come from. Networks stand for places: no map of addresses is kept here, and none is asked over the network.</summary>
/// <param name="Looked">Lines that were looked at.</param>
/// <param name="IsPart">There were more lines than are looked at; the newest were taken.</param>
public sealed record AddressReport(IReadOnlyList<SeenAddress> Addresses, IReadOnlyList<SeenNetwork> Networks, int Looked, bool IsPart);

public sealed record SeenAddress(string Address, string Network, int Lines, IReadOnlyList<string> Events, IReadOnlyList<string> Systems, DateTimeOffset LastAt);

/// <param name="Network">The first three parts of an IPv4 address, the first three groups of an IPv6 address.</param>
public sealed record SeenNetwork(string Network, int Lines, int Addresses);

/// <summary>Gathers the addresses of security events and refused requests.</summary>
public sealed class AddressReader(ILogQuery logs)
{
    const int MostLines = 2000, MostRows = 10;

    static readonly string[] Names = ["ip", "client_ip", "remote_addr", "source_ip"];

    static readonly LogFilter[] Filters = [new() { Categories = [SecuritySignals.Category] }, SecuritySignals.All.Single(signal => signal.Id == "denied-requests").Filter];

    /// <exception cref="Access.AccessDeniedException">The actor may read no logs, or not those of the system.</exception>
    public async Task<AddressReport> ReadAsync(Actor actor, string? system, DateTimeOffset from, DateTimeOffset to, CancellationToken stop)
    {
        var entries = new List<LogEntry>();
        var isPart = false;
        foreach (var filter in Filters)
        {
            var page = await logs.SearchAsync(actor, filter with { Systems = system is null ? [] : [system], From = from, To = to }, null, MostLines / Filters.Length, stop);
            entries.AddRange(page.Entries);
            isPart |= page.Next is not null;
        }
        var seen = entries.Select(entry => (Entry: entry, Address: AddressOf(entry))).Where(pair => pair.Address is not null).GroupBy(pair => pair.Address!, pair => pair.Entry).Select(Describe).ToList();
        var networks = seen.GroupBy(address => address.Network).Select(group => new SeenNetwork(group.Key, group.Sum(address => address.Lines), group.Count()));
        return new([.. seen.OrderByDescending(address => address.Lines).ThenBy(address => address.Address, StringComparer.Ordinal).Take(MostRows)],
            [.. networks.OrderByDescending(network => network.Lines).ThenBy(network => network.Network, StringComparer.Ordinal).Take(MostRows)], entries.Count, isPart);
    }

    static SeenAddress Describe(IGrouping<string, LogEntry> group) => new(group.Key, Network(group.Key), group.Count(),
        [.. group.Select(entry => entry.Event ?? StatusOf(entry)).OfType<string>().GroupBy(name => name).OrderByDescending(name => name.Count()).Select(name => name.Key).Take(3)],
        [.. group.Select(entry => entry.SystemId).OfType<string>().Distinct().Order(StringComparer.Ordinal)], group.Max(entry => entry.At));

    static string? StatusOf(LogEntry entry) => entry["status"] is { } status ? $"HTTP {status}" : null;

    static string? AddressOf(LogEntry entry)
    {
        foreach (var field in entry.Fields)
        {
            if (Names.Contains(field.Name[(field.Name.LastIndexOf('.') + 1)..], StringComparer.OrdinalIgnoreCase) && IPAddress.TryParse(field.Value, out var address))
                return address.ToString();
        }
        return null;
    }

    /// <summary>The network that an address is counted under.</summary>
    public static string Network(string address)
    {
        var parsed = IPAddress.Parse(address);
        if (parsed.IsIPv4MappedToIPv6)
            parsed = parsed.MapToIPv4();
        var bytes = parsed.GetAddressBytes();
        if (parsed.AddressFamily == AddressFamily.InterNetwork)
            return $"{bytes[0]}.{bytes[1]}.{bytes[2]}.0/24";
        Array.Clear(bytes, 6, 10);
        return $"{new IPAddress(bytes)}/48";
    }
}
