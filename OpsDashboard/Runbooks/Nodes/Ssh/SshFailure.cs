namespace OpsDashboard.Runbooks.Nodes.Ssh;

/// <summary>What the SSH client's own words mean, in a sentence.</summary>
static class SshFailure
{
    public static string Explain(SshAddress address, string errors)
    {
        if (Says("HOST IDENTIFICATION HAS CHANGED") || Says("Host key verification failed") || Says("host key is known"))
            return $"{address.Host} showed another host key than the catalogue has: nothing was run. If the machine was set up anew, put its new key into the environment's file; if not, somebody may stand between.";
        if (Says("invalid format") || Says("error in libcrypto") || Says("incorrect passphrase"))
            return $"The secret `{address.KeySecret}` is no private key that works without a passphrase: nothing was run.";
        if (Says("Permission denied"))
            return $"{address.Host} does not accept the key `{address.KeySecret}` for the user {address.User}: nothing was run.";
        if (Says("Connection refused"))
            return $"{address.Host} refuses connections to port {address.Port}: nothing was run.";
        if (Says("Could not resolve"))
            return $"The name {address.Host} cannot be resolved: nothing was run.";
        if (Says("timed out") || Says("No route to host") || Says("unreachable"))
            return $"{address.Host} does not answer: nothing was run.";
        return $"No connection to {address} came about: nothing was run.{(errors.Length > 0 ? $" The client says: {LastLine(errors)}" : "")}";

        bool Says(string words) => errors.Contains(words, StringComparison.OrdinalIgnoreCase);
    }

    static string LastLine(string errors) => errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is [.., var last] ? last[..Math.Min(last.Length, 200)] : "";
}
