using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Access;

public sealed class ConnectionGuardTests
{
    [Fact]
    public async Task RevokedToken_LosesItsHubConnection()
    {
        await using var program = new TestProgram();
        // A real server: the one in memory does not carry an abort to its clients.
        program.UseKestrel(0);
        program.StartServer();
        using var client = program.Automation();
        var created = await (await client.PostAsJsonAsync("/api/tokens", new { name = "viewer", grants = new[] { new { role = "viewer" } } })).Content.ReadFromJsonAsync<JsonElement>();
        using var limit = new CancellationTokenSource(Patience.Limit);
        using var socket = await ConnectedAsync(client, created.GetProperty("secret").GetString()!, limit.Token);

        await client.PostAsync($"/api/tokens/{created.GetProperty("token").GetProperty("id").GetString()}/revoke", null, limit.Token);
        await ClosedAsync(socket, limit.Token);

        Assert.False(limit.IsCancellationRequested, "the connection outlived its token");
    }

    [Theory]
    [InlineData("""{"grants": [{"role": "viewer"}]}""")]
    [InlineData("""{"isDisabled": true}""")]
    public async Task Token_WhoseCreatorMayLess_LosesItsHubConnection(string change)
    {
        await using var program = new TestProgram();
        program.UseKestrel(0);
        program.StartServer();
        using var client = program.Automation();
        using var limit = new CancellationTokenSource(Patience.Limit);
        var creator = await program.Services.GetRequiredService<Accounts>().CreateAsync(Actor.Program, new("ana@example.org", "Ana", [new(Role.Admin, null)]), limit.Token);
        var (_, secret) = await program.Services.GetRequiredService<ApiTokens>().CreateAsync(
            new($"{creator.Id}", "Ana", ActorKind.Person, creator.Grants), new("ci", [new(Role.Admin, null)]), limit.Token);
        using var socket = await ConnectedAsync(client, secret, limit.Token);

        using var changing = new HttpRequestMessage(HttpMethod.Patch, $"/api/accounts/{creator.Id}") { Content = new StringContent(change, Encoding.UTF8, "application/json") };
        changing.Headers.TryAddWithoutValidation("If-Match", $"\"{creator.Version}\"");
        (await client.SendAsync(changing, limit.Token)).EnsureSuccessStatusCode();

        await ClosedAsync(socket, limit.Token);
    }

    static async Task<ClientWebSocket> ConnectedAsync(HttpClient client, string secret, CancellationToken stop)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {secret}");
        await socket.ConnectAsync(new UriBuilder(client.BaseAddress!) { Scheme = "ws", Path = "/hubs/live" }.Uri, stop);
        await socket.SendAsync(Encoding.UTF8.GetBytes("{\"protocol\":\"json\",\"version\":1}\u001e"), WebSocketMessageType.Text, true, stop);
        await socket.ReceiveAsync(new byte[100], stop);
        return socket;
    }

    [Fact]
    public async Task ExpiredToken_LosesItsEventStreamToo()
    {
        await using var program = new TestProgram();
        program.UseKestrel(0);
        program.StartServer();
        using var client = program.Automation();
        using var limit = new CancellationTokenSource(Patience.Limit);
        DateTimeOffset expires;
        HttpResponseMessage? answer;
        // On a busy machine a token can expire before its stream is open: then once more with one that lives longer.
        var life = TimeSpan.FromSeconds(3);
        do
        {
            life *= 2;
            expires = TimeProvider.System.GetUtcNow() + life;
            answer = await OpenEventStreamAsync(program, client, expires, limit.Token);
        }
        while (answer is null);

        using (answer)
            await EndedAsync(await answer.Content.ReadAsStreamAsync(limit.Token), limit.Token);

        Assert.True(TimeProvider.System.GetUtcNow() >= expires);
        Assert.False(limit.IsCancellationRequested, "the stream outlived its token");
    }

    /// <summary>Null when the token had expired before the stream was open.</summary>
    static async Task<HttpResponseMessage?> OpenEventStreamAsync(TestProgram program, HttpClient client, DateTimeOffset expires, CancellationToken stop)
    {
        using var creation = await client.PostAsJsonAsync("/api/tokens", new { name = "short", grants = new[] { new { role = "viewer" } }, expiresAt = expires }, stop);
        // Starting the program can take longer than the token was to live.
        if (creation.StatusCode == HttpStatusCode.BadRequest)
            return null;
        var created = await creation.Content.ReadFromJsonAsync<JsonElement>(stop);
        using var viewer = program.Automation(created.GetProperty("secret").GetString());
        using var negotiation = await viewer.PostAsync("/hubs/live/negotiate?negotiateVersion=1", null, stop);
        if (negotiation.StatusCode == HttpStatusCode.Unauthorized)
            return null;
        var negotiated = await negotiation.Content.ReadFromJsonAsync<JsonElement>(stop);
        var address = $"/hubs/live?id={Uri.EscapeDataString(negotiated.GetProperty("connectionToken").GetString()!)}";
        using var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { { "Accept", "text/event-stream" } } };
        var answer = await viewer.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
        using var shake = await viewer.PostAsync(address, new StringContent("{\"protocol\":\"json\",\"version\":1}\u001e"), stop);
        if (answer.IsSuccessStatusCode && shake.IsSuccessStatusCode)
            return answer;
        answer.Dispose();
        return null;
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
