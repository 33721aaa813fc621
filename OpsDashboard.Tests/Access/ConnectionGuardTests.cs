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
