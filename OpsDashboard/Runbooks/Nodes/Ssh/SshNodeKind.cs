using System.Globalization;
using OpsDashboard.Catalogue;
using OpsDashboard.Runbooks.Secrets;
using OpsDashboard.Storage;

namespace OpsDashboard.Runbooks.Nodes.Ssh;

/// <summary>
/// A Linux machine over SSH:
/// <code>
/// api-1: { kind: ssh, address: "10.0.0.4", user: ops, key: deploy-key, hostKey: "ssh-ed25519 AAAA…" }
/// </code>
/// <c>key</c> names the secret with the private key; <c>hostKey</c> is what <c>ssh-keyscan</c> prints behind the name, one or several.
/// </summary>
public sealed class SshNodeKind(ISecrets secrets, StorageOptions storage, TimeProvider clock) : ICommandNodeKind
{
    // Swept before the first use alone: whoever only checks files beside a running program must not touch its keys.
    readonly Lazy<string> root = new(() => SshFolder.Sweep(Path.Combine(storage.DataDirectory, "ssh")));

    public string Kind => "ssh";

    public object ReadOptions(YamlMap node)
    {
        var (host, port) = ReadPlace(node);
        var user = node.Required("user");
        if (user.Length > 0 && !SshAddress.IsUser(user))
            node.Report("user", $"`{user}` cannot be a user's name.", "Write it as it stands in /etc/passwd there.");
        var key = node.Required("key");
        if (key.Length > 0 && !SecretStore.IsName(key))
            node.Report("key", "`key` must be the name of a secret, not the key itself.", SecretStore.NameRule);
        var hostKeys = node.Texts("hostKey");
        if (hostKeys.Count == 0)
            node.Report("hostKey", "`hostKey` is missing: without it anybody could be the machine.", "Write what `ssh-keyscan <address>` prints behind the name, after comparing it with the machine's own.");
        foreach (var hostKey in hostKeys)
        {
            if (SshAddress.RejectHostKey(hostKey) is { } problem)
                node.Report("hostKey", $"That is no host key: {problem}.", "Write for example `hostKey: \"ssh-ed25519 AAAA…\"`.");
        }
        return new SshAddress(host, port, user, key, hostKeys);
    }

    public string Describe(Node node) => $"{node.Id} (ssh {node.Options})";

    public ICommandNode Open(Node node) => new SshNode((SshAddress)node.Options, secrets, root.Value, clock);

    static (string Host, int Port) ReadPlace(YamlMap node)
    {
        var text = node.Required("address");
        var colon = text.LastIndexOf(':');
        var hasPort = colon > 0 && (text.IndexOf(':') == colon || text[colon - 1] == ']');
        var host = (hasPort ? text[..colon] : text).Trim('[', ']');
        var port = 22;
        if (text.Length > 0 && (!SshAddress.IsHost(host) || (hasPort && !(int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and < 65536))))
            node.Report("address", $"`{text}` is no address.", "Write a host or host:port; an IPv6 address with a port in brackets.");
        return (host, port);
    }
}
