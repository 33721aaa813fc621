using OpsDashboard.Http;
using System.Net;
using StackExchange.Redis;

namespace OpsDashboard.Metrics.Collectors.Redis;

/// <summary>
/// One multiplexer, and a time limit on every call: the client's async calls have none, and it never notices a server that hangs.
/// After a call that timed out the connection is thrown away. Not thread-safe.
/// </summary>
public sealed class RedisLink(string address, RedisOptions options, Outbound outbound, TimeProvider clock) : IAsyncDisposable
{
    ConnectionMultiplexer? connection;
    string? password;

    /// <exception cref="FormatException">The address is not host:port.</exception>
    /// <exception cref="OutboundClosedException">The address is closed.</exception>
    /// <exception cref="SecretMissingException">The password's source is empty.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The name is not known.</exception>
    public async Task OpenAsync(TimeSpan timeout, CancellationToken stop)
    {
        var current = options.Password.Find();
        if (connection is { IsConnected: true } && current == password)
            return;
        Drop();
        // The client does not say whether it failed at the name.
        await outbound.ResolveAsync(EndPoint(address).Host, stop);
        password = current;
        connection = await Bounded(ConnectionMultiplexer.ConnectAsync(Settings(timeout)), stop, late => late.Dispose());
    }

    /// <summary>Why it is no address, or null.</summary>
    public static string? Reject(string address)
    {
        try
        {
            EndPoint(address);
            return null;
        }
        catch (FormatException wrong)
        {
            return wrong.Message;
        }
    }

    public Task<RedisResult> ExecuteAsync(string command, CancellationToken stop, params object[] arguments) =>
        Bounded(connection!.GetDatabase(options.Database).ExecuteAsync(command, arguments), stop);

    public async Task<TimeSpan> PingAsync(CancellationToken stop)
    {
        var begun = clock.GetTimestamp();
        await ExecuteAsync("PING", stop);
        return clock.GetElapsedTime(begun);
    }

    /// <summary>Ends the connection without waiting for the server.</summary>
    public void Drop()
    {
        if (connection is not { } old)
            return;
        connection = null;
        // Closing joins threads of the client that may sit in a dead socket.
        _ = Task.Run(() => old.Close(allowCommandsToComplete: false));
    }

    ConfigurationOptions Settings(TimeSpan timeout)
    {
        var settings = new ConfigurationOptions
        {
            AbortOnConnectFail = true,
            ConnectRetry = 1,
            ConnectTimeout = (int)timeout.TotalMilliseconds,
            SyncTimeout = (int)timeout.TotalMilliseconds,
            ClientName = "opsdashboard",
            Password = password,
            Ssl = options.Tls,
            DefaultDatabase = options.Database,
            // Looking for the tie-breaker's key would count as a miss.
            TieBreaker = "",
            ConfigurationChannel = "",
            // INFO and SCAN suffice: no subscription, no configuration commands.
            CommandMap = CommandMap.Create(["SUBSCRIBE", "CONFIG", "CLUSTER"], available: false),
        };
        settings.EndPoints.Add(EndPoint(address));
        return settings;
    }

    static DnsEndPoint EndPoint(string address)
    {
        var authority = address.Contains("://") ? address : $"redis://{address}";
        if (!Uri.TryCreate(authority, UriKind.Absolute, out var uri) || uri.Scheme is not ("redis" or "rediss") || uri.Host.Length == 0)
            throw new FormatException("The address is not of the form host:port.");
        if (uri.UserInfo.Length > 0)
            throw new FormatException("The address holds a password; name its source with password_env or password_file instead.");
        return new DnsEndPoint(uri.Host, uri.Port > 0 ? uri.Port : 6379);
    }

    async Task<T> Bounded<T>(Task<T> call, CancellationToken stop, Action<T>? abandon = null)
    {
        try
        {
            return await call.WaitAsync(stop);
        }
        catch (OperationCanceledException)
        {
            Drop();
            _ = call.ContinueWith(late => Abandon(late, abandon), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            throw;
        }
    }

    // Reads the exception so that it is not reported as unobserved.
    static void Abandon<T>(Task<T> late, Action<T>? abandon)
    {
        if (late.Exception is null && abandon is not null)
            abandon(late.GetAwaiter().GetResult());
    }

    public ValueTask DisposeAsync()
    {
        Drop();
        return ValueTask.CompletedTask;
    }
}
