using System.Net;

namespace OpsDashboard.Simulator.Parts;

/// <summary>What operators changed on the machines of a simulated system, beside its program. It stays over restarts. Thread-safe, the figures alone are read as they come.</summary>
sealed class Premises
{
    readonly Lock gate = new();
    readonly Dictionary<string, IPNetwork> blocked = [];
    readonly HashSet<string> cordoned = [];

    /// <summary>The database writes every statement into its log.</summary>
    public bool LogsStatements { get; set; }

    /// <summary>The program writes what helps to find mistakes.</summary>
    public bool IsDebugging { get; set; }

    /// <summary>When the certificate was renewed last; null: it is about to end.</summary>
    public DateTimeOffset? CertificateRenewedAt { get; set; }

    public IReadOnlyList<string> Cordoned
    {
        get
        {
            lock (gate)
                return [.. cordoned.Order(StringComparer.Ordinal)];
        }
    }

    /// <returns>False: that is neither an address nor a network.</returns>
    public bool Block(string address)
    {
        if (Network(address) is not { } network)
            return false;
        lock (gate)
            blocked[address] = network;
        return true;
    }

    public bool Unblock(string address)
    {
        lock (gate)
            return blocked.Remove(address);
    }

    public bool IsBlocked(string ip)
    {
        lock (gate)
            return blocked.Count > 0 && IPAddress.TryParse(ip, out var address) && blocked.Values.Any(network => network.Contains(address));
    }

    /// <returns>Whether that changed anything.</returns>
    public bool Cordon(string node, bool on)
    {
        lock (gate)
            return on ? cordoned.Add(node) : cordoned.Remove(node);
    }

    static IPNetwork? Network(string text) =>
        IPNetwork.TryParse(text, out var network) ? network : IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8) : null;
}
