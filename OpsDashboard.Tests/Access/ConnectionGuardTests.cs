using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Access;

public sealed class ConnectionGuardTests
{
    [Fact]
    public async Task RevokedToken_LosesItsHubConnection_WithinFiveSeconds()
    {
        await using var program = new TestProgram();
        // A real server: the one in memory does not carry an abort to its clients.
        program.UseKestrel(0);
        program.StartServer();
        using var client = program.Automation();
        var created = await (await client.PostAsJsonAsync("/api/tokens", new { name = "viewer", grants = new[] { new { role = "viewer" } } })).Content.ReadFromJsonAsync<JsonElement>();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {created.GetProperty("secret").GetString()}");
        await socket.ConnectAsync(new UriBuilder(client.BaseAddress!) { Scheme = "ws", Path = "/hubs/live" }.Uri, limit.Token);
        await socket.SendAsync(Encoding.UTF8.GetBytes("{\"protocol\":\"json\",\"version\":1}\u001e"), WebSocketMessageType.Text, true, limit.Token);
        await socket.ReceiveAsync(new byte[100], limit.Token);

        var started = TimeProvider.System.GetTimestamp();
        await client.PostAsync($"/api/tokens/{created.GetProperty("token").GetProperty("id").GetString()}/revoke", null, limit.Token);
        await ClosedAsync(socket, limit.Token);

        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task ExpiredToken_LosesItsEventStreamToo()
    {
        await using var program = new TestProgram();
        program.UseKestrel(0);
        program.StartServer();
        using var client = program.Automation();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(14));
        var expires = TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(4);
        var created = await (await client.PostAsJsonAsync("/api/tokens", new { name = "short", grants = new[] { new { role = "viewer" } }, expiresAt = expires })).Content.ReadFromJsonAsync<JsonElement>();
        using var viewer = program.Automation(created.GetProperty("secret").GetString());
        var negotiated = await (await viewer.PostAsync("/hubs/live/negotiate?negotiateVersion=1", null, limit.Token)).Content.ReadFromJsonAsync<JsonElement>();
        var address = $"/hubs/live?id={Uri.EscapeDataString(negotiated.GetProperty("connectionToken").GetString()!)}";
        using var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { { "Accept", "text/event-stream" } } };
        using var answer = await viewer.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        answer.EnsureSuccessStatusCode();
        (await viewer.PostAsync(address, new StringContent("{\"protocol\":\"json\",\"version\":1}\u001e"), limit.Token)).EnsureSuccessStatusCode();

        await EndedAsync(await answer.Content.ReadAsStreamAsync(limit.Token), limit.Token);

        Assert.True(TimeProvider.System.GetUtcNow() >= expires);
        Assert.False(limit.IsCancellationRequested, "the stream outlived its token");
    }

    static async Task EndedAsync(Stream stream, CancellationToken stop)
    {
        try
        {
            var buffer = new byte[4096];
            while (await stream.ReadAsync(buffer, stop) > 0) { }
        }
        catch (Exception end) when (end is IOException or HttpRequestException)
        {
            // Aborted: what is expected.
        }
    }

    static async Task ClosedAsync(WebSocket socket, CancellationToken stop)
    {
        try
        {
            var buffer = new byte[4096];
            while (socket.State == WebSocketState.Open)
            {
                if ((await socket.ReceiveAsync(buffer, stop)).MessageType == WebSocketMessageType.Close)
                    return;
            }
        }
        catch (Exception end) when (end is WebSocketException or IOException or ObjectDisposedException)
        {
            // Aborted: what is expected.
        }
    }
}
