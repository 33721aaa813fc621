using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace OpsDashboard.Tests.Testing;

/// <summary>A small client of the live hub: SignalR's JSON protocol over a WebSocket (the .NET client is not in the feed). Every wait has an end.</summary>
public sealed class HubClient : IDisposable
{
    const char Separator = '\u001e';

    readonly WebSocket socket;
    readonly Queue<string> messages = new();
    readonly Queue<JsonElement> frames = new();
    readonly StringBuilder partial = new();
    int invocations;

    HubClient(WebSocket socket) => this.socket = socket;

    /// <param name="token">Null connects as a stranger.</param>
    public static async Task<HubClient> ConnectAsync(TestProgram program, string? token = TestProgram.Token)
    {
        using var limit = new CancellationTokenSource(Patience.Limit);
        var sockets = program.Server.CreateWebSocketClient();
        if (token is not null)
            sockets.ConfigureRequest = request => request.Headers.Authorization = $"Bearer {token}";
        var client = new HubClient(await sockets.ConnectAsync(new("ws://localhost/hubs/live"), limit.Token));
        await client.SendAsync("""{"protocol":"json","version":1}""");
        await client.ReceiveAsync();
        return client;
    }

    /// <summary>Calls a hub method and returns its result; frames that come before are kept.</summary>
    public async Task<JsonElement> InvokeAsync(string target, object argument)
    {
        var id = $"{++invocations}";
        await SendAsync(JsonSerializer.Serialize(new { type = 1, invocationId = id, target, arguments = new[] { argument } }, JsonSerializerOptions.Web));
        while (true)
        {
            var message = await ReceiveAsync();
            if (message.GetProperty("type").GetInt32() != 3 || message.GetProperty("invocationId").GetString() != id)
                continue;
            return message.TryGetProperty("error", out var error) ? throw new InvalidOperationException(error.GetString()) : message.TryGetProperty("result", out var result) ? result : default;
        }
    }

    /// <summary>Follows one expression, or what else the source has; returns the topic's id.</summary>
    /// <exception cref="InvalidOperationException">It was refused; the message says why.</exception>
    public async Task<int> FollowAsync(string expression, string mode = "tile", int step = 0, string source = "metrics")
    {
        var answer = (await InvokeAsync("Follow", new object[] { new { source, what = expression, mode, step } }))[0];
        return answer.GetProperty("error").GetString() is { } error ? throw new InvalidOperationException(error) : answer.GetProperty("id").GetInt32();
    }

    /// <summary>The next frame that satisfies the condition; the others are dropped.</summary>
    public async Task<JsonElement> FrameAsync(Predicate<JsonElement> wanted)
    {
        while (true)
        {
            while (frames.TryDequeue(out var frame))
            {
                if (wanted(frame))
                    return frame;
            }
            await ReceiveAsync();
        }
    }

    Task SendAsync(string message) => socket.SendAsync(Encoding.UTF8.GetBytes(message + Separator), WebSocketMessageType.Text, true, CancellationToken.None);

    async Task<JsonElement> ReceiveAsync()
    {
        using var limit = new CancellationTokenSource(Patience.Limit);
        var buffer = new byte[16 * 1024];
        while (messages.Count == 0)
        {
            var read = await socket.ReceiveAsync(buffer, limit.Token);
            if (read.MessageType == WebSocketMessageType.Close)
                throw new InvalidOperationException("The hub closed the connection.");
            partial.Append(Encoding.UTF8.GetString(buffer, 0, read.Count));
            var parts = partial.ToString().Split(Separator);
            foreach (var part in parts[..^1])
                messages.Enqueue(part);
            partial.Clear().Append(parts[^1]);
        }
        var message = JsonSerializer.Deserialize<JsonElement>(messages.Dequeue());
        if (message.TryGetProperty("target", out var target) && target.GetString() == "f")
        {
            foreach (var frame in message.GetProperty("arguments")[0].EnumerateArray())
                frames.Enqueue(frame);
        }
        return message;
    }

    public void Dispose()
    {
        socket.Abort();
        socket.Dispose();
    }
}
