using System.Text.RegularExpressions;

namespace OpsDashboard.Runbooks.Nodes.Ssh;

/// <summary>How a machine is reached over SSH. Holds no secret, only the name of one.</summary>
/// <param name="KeySecret">Name of the secret that holds the private key, without a passphrase.</param>
/// <param name="HostKeys">The machine's public keys as <c>ssh-keyscan</c> prints them, without the name: <c>ssh-ed25519 AAAA…</c>. No other is accepted.</param>
public sealed partial record SshAddress(string Host, int Port, string User, string KeySecret, IReadOnlyList<string> HostKeys)
{
    static readonly string[] KeyTypes = ["ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa"];

    public static bool IsHost(string text) => HostName().IsMatch(text);

    public static bool IsUser(string text) => Login().IsMatch(text);

    /// <summary>Why the text is no public key of a machine, in a sentence; null: it is.</summary>
    public static string? RejectHostKey(string text)
    {
        if (text.Split(' ') is not [var type, var key] || !KeyTypes.Contains(type))
            return $"it must be a type ({string.Join(", ", KeyTypes)}), a space and the key";
        var bytes = new byte[key.Length];
        if (!Convert.TryFromBase64String(key, bytes, out var length))
            return "the key is not base64";
        // It names its type itself, behind four bytes of length.
        return length > 4 + type.Length && bytes.AsSpan(4, type.Length).SequenceEqual(System.Text.Encoding.ASCII.GetBytes(type)) ? null : $"the key is none of type {type}";
    }

    /// <summary>For people.</summary>
    public override string ToString() => Port == 22 ? $"{User}@{Host}" : $"{User}@{Host}:{Port}";

    // Nothing that a program could take for an option or for two words. Colons: IPv6.
    [GeneratedRegex(@"^[A-Za-z0-9](?:[A-Za-z0-9.:-]{0,251}[A-Za-z0-9])?\z|^::1\z", RegexOptions.CultureInvariant)]
    private static partial Regex HostName();

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_.-]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Login();
}
