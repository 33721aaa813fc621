using System.Net.Http.Json;
using System.Text.Json;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Live;

public sealed class LiveLimitTests
{
    [Fact]
    public async Task OneViewer_CannotTakeEveryTopic()
    {
        await using var program = new TestProgram(new() { ["Live:MaxPerConnection"] = "3", ["Live:MaxPerActor"] = "4", ["Live:MaxTotal"] = "5" });
        using var one = await HubClient.ConnectAsync(program);
        for (var i = 0; i < 3; i++)
            await one.FollowAsync($"{i}");
        Assert.Contains("One tab may follow at most 3", (await Assert.ThrowsAsync<InvalidOperationException>(() => one.FollowAsync("3"))).Message, StringComparison.Ordinal);

        using var two = await HubClient.ConnectAsync(program);
        await two.FollowAsync("4");
        Assert.Contains("You follow 4", (await Assert.ThrowsAsync<InvalidOperationException>(() => two.FollowAsync("5"))).Message, StringComparison.Ordinal);
        // What somebody follows already costs nothing.
        await two.FollowAsync("0");

        using var other = await HubClient.ConnectAsync(program, await ViewerAsync(program));
        await other.FollowAsync("0");
        await other.FollowAsync("6");
        Assert.Contains("The dashboard follows 5", (await Assert.ThrowsAsync<InvalidOperationException>(() => other.FollowAsync("7"))).Message, StringComparison.Ordinal);
    }

    static async Task<string> ViewerAsync(TestProgram program)
    {
        using var client = program.Automation();
        using var created = await client.PostAsJsonAsync("/api/tokens", new { name = "viewer", grants = new[] { new { role = "viewer" } } });
        return (await created.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("secret").GetString()!;
    }
}
