using Npgsql;

namespace OpsDashboard.Metrics.Collectors.Postgres;

/// <summary>Reads an address: <c>postgres://user@host:port/database</c>, Npgsql's <c>Host=…;Database=…</c>, or <c>host:port</c>.</summary>
public static class PostgresAddress
{
    const int DefaultPort = 5432;

    /// <exception cref="FormatException">The address cannot be read, or holds a password; the message does not repeat it.</exception>
    public static NpgsqlConnectionStringBuilder Parse(string address, string? database, string? user)
    {
        var settings = address.Contains("://") ? FromUri(address) : address.Contains('=') ? FromPairs(address) : FromHostAndPort(address);
        if (!string.IsNullOrEmpty(settings.Password) || settings.Passfile is not null)
            throw new FormatException("The address holds a password; name its source with password_env or password_file instead.");
        settings.Database = database ?? settings.Database ?? "postgres";
        settings.Username = user ?? settings.Username ?? "postgres";
        return settings;
    }

    static NpgsqlConnectionStringBuilder FromUri(string address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("postgres" or "postgresql") || uri.Host.Length == 0)
            throw new FormatException("The address is not of the form postgres://user@host:port/database.");
        var user = uri.UserInfo.Split(':', 2);
        var settings = new NpgsqlConnectionStringBuilder { Host = uri.Host, Port = uri.Port > 0 ? uri.Port : DefaultPort };
        if (user.Length > 1)
            settings.Password = user[1];
        if (user[0].Length > 0)
            settings.Username = Uri.UnescapeDataString(user[0]);
        if (uri.AbsolutePath.Trim('/') is { Length: > 0 } name)
            settings.Database = Uri.UnescapeDataString(name);
        return settings;
    }

    static NpgsqlConnectionStringBuilder FromPairs(string address)
    {
        try
        {
            return new(address);
        }
        catch (ArgumentException)
        {
            throw new FormatException("The address is not a connection string of the form Host=…;Port=…;Database=…;Username=….");
        }
    }

    static NpgsqlConnectionStringBuilder FromHostAndPort(string address)
    {
        var colon = address.LastIndexOf(':');
        if (colon < 0)
            return new() { Host = address, Port = DefaultPort };
        return int.TryParse(address.AsSpan(colon + 1), out var port) && port is > 0 and < 65536
            ? new() { Host = address[..colon].Trim('[', ']'), Port = port }
            : throw new FormatException("The address is not of the form host:port.");
    }
}
