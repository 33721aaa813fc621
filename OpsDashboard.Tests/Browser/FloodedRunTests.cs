using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using OpsDashboard.Tests.Runbooks.Output;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Browser;

/// <summary>The page of a run that prints faster than anybody reads.</summary>
[Collection(BrowserTests.Name)]
public sealed class FloodedRunTests(BrowserFixture browser)
{
    /// <summary>So many lines every tenth of a second.</summary>
    const int AtOnce = 1_000;

    const int Enough = 50_000;

    [BrowserFact]
    public async Task Flood_OfTenThousandLinesASecond_LeavesThePageUsable_AndCountsWhatItLeavesOut()
    {
        var followed = await FollowedFile.CreateAsync();
        await using var program = await RunningProgram.StartAsync(new Dictionary<string, string>
        {
            ["Simulator__Enabled"] = "false",
            ["Catalogue__Path"] = followed.Catalogue,
            ["Catalogue__Environment"] = "production",
            ["Nodes__AllowLocal"] = "true",
        });
        using var client = new HttpClient { BaseAddress = new(program.Address) };
        client.DefaultRequestHeaders.Authorization = new("Bearer", RunningProgram.ApiToken);
        var run = await FollowedFile.StartAsync(client);
        var page = await browser.OpenOtherAsync(program, $"/runs/{run}");
        var output = page.Locator("run-output");
        using var dry = new CancellationTokenSource();
        var flood = FloodAsync(followed, dry.Token);
        try
        {
            await Assertions.Expect(output.Locator(".gap").First).ToContainTextAsync("came too fast and are left out here");
            await page.WaitForFunctionAsync($"() => Number(document.querySelector('run-output').shadowRoot.querySelector('.say span').textContent.split(' ')[0].replaceAll(',', '')) >= {Enough}");
            Assert.InRange(await output.Locator(".row").CountAsync(), 1, 2_000);

            // Amid the flood the page listens: what is folded opens, and the press counts.
            await page.ClickAsync("#abort > summary");
            await page.FillAsync("#abort-reason", "it floods");
            await page.ClickAsync("#abort button[type=submit]");
            await Assertions.Expect(page.Locator(".runhead")).ToContainTextAsync("Aborted");
            Assert.False(flood.IsCompleted, "It did not flood any more.");
        }
        finally
        {
            await dry.CancelAsync();
            await flood;
        }
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("aborted it: it floods.");

        var stored = JsonDocument.Parse(await client.GetStringAsync($"/api/runs/{run}/lines?limit=1")).RootElement.GetProperty("count").GetInt64();
        var says = output.Locator(".say span");
        await Assertions.Expect(says).ToContainTextAsync($"{stored.ToString("N0", CultureInfo.InvariantCulture)} lines");
        var words = Regex.Match(await says.TextContentAsync() ?? "", "^([0-9,]+) lines · ([0-9,]+) not shown here, all are in the raw log$");
        Assert.True(words.Success, await says.TextContentAsync());
        var children = JsonSerializer.Deserialize<string[]>(await page.EvaluateAsync<string>("() => JSON.stringify([...document.querySelector('run-output').shadowRoot.querySelector('.rows').children].map(each => each.dataset.n ?? `left ${each.textContent.split(' ')[0]}`))"))!;
        Assert.Equal(stored - children.Count(child => !child.StartsWith("left ", StringComparison.Ordinal)), Number(words.Groups[2].Value));
        // Between two lines that are drawn stands how many are not, exactly.
        long? before = null;
        var left = 0L;
        foreach (var child in children)
        {
            if (child.StartsWith("left ", StringComparison.Ordinal))
            {
                left = Number(child["left ".Length..]);
                continue;
            }
            if (before is { } last)
                Assert.Equal(left, Number(child) - last - 1);
            (before, left) = (Number(child), 0);
        }
        Assert.Equal(stored, before);
        await page.Context.CloseAsync();
    }

    static long Number(string text) => long.Parse(text, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    static async Task FloodAsync(FollowedFile followed, CancellationToken dry)
    {
        var lines = string.Join('\n', Enumerable.Range(1, AtOnce).Select(number => $"line {number} of a flood that nobody reads"));
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        try
        {
            while (await tick.WaitForNextTickAsync(dry))
                await followed.WriteAsync(lines);
        }
        catch (OperationCanceledException)
        {
            // It is dry.
        }
    }
}
