using Npgsql;

namespace OpsDashboard.Metrics.Collectors.Postgres;

/// <summary>A small pool of a target's own. Made anew when the password was rotated. Not thread-safe.</summary>
public sealed class PostgresSource(SecretSource secret) : IAsyncDisposable
{
    NpgsqlDataSource? source;
    string? password;

    /// <param name="settings">Host, database and user; the rest is set here.</param>
    /// <exception cref="SecretMissingException">The password's source is empty.</exception>
    public NpgsqlDataSource Of(NpgsqlConnectionStringBuilder settings, TimeSpan timeout)
    {
        var current = secret.Find();
        if (source is not null && current == password)
            return source;
        source?.Dispose();
        password = current;
        settings.Password = current;
        settings.ApplicationName = "opsdashboard";
        settings.MaxPoolSize = 2;
        settings.Timeout = Math.Max(1, (int)Math.Ceiling(timeout.TotalSeconds));
        settings.CommandTimeout = settings.Timeout;
        // A server that hangs answers no cancel request either: do not wait for it.
        settings.CancellationTimeout = -1;
        settings.PersistSecurityInfo = false;
        settings.IncludeErrorDetail = false;
        return source = NpgsqlDataSource.Create(settings);
    }

    public ValueTask DisposeAsync() => source?.DisposeAsync() ?? ValueTask.CompletedTask;
}
