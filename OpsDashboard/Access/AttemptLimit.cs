using System.Net;
using System.Net.Sockets;

namespace OpsDashboard.Access;

/// <summary>How often one address may try something in a minute. The addresses of one IPv6 network (/64) count as one: a single machine has them all. Bounded: past the cap of addresses all the others share one count. Thread-safe.</summary>
public sealed class AttemptLimit(int perMinute, TimeProvider clock)
{
    const int MaxAddresses = 10_000;
    static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    readonly Lock gate = new();
    readonly Dictionary<string, int> counts = [];
    long windowStart = clock.GetTimestamp();

    /// <summary>Null: go on. Else how long to wait.</summary>
    public TimeSpan? Take(string? address)
    {
        lock (gate)
        {
            var into = clock.GetElapsedTime(windowStart);
            if (into >= Window)
            {
                counts.Clear();
                (windowStart, into) = (clock.GetTimestamp(), TimeSpan.Zero);
            }
            var key = Source(address ?? "");
            if (counts.Count >= MaxAddresses && !counts.ContainsKey(key))
                key = "";
            var count = counts[key] = counts.GetValueOrDefault(key) + 1;
            return count <= perMinute ? null : Window - into;
        }
    }

    /// <summary>What counts as one address.</summary>
    internal static string Source(string address)
    {
        if (!address.Contains(':') || !IPAddress.TryParse(address, out var parsed) || parsed.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        return parsed.IsIPv4MappedToIPv6 ? $"{parsed.MapToIPv4()}" : Convert.ToHexString(parsed.GetAddressBytes().AsSpan(0, 8));
    }
}
