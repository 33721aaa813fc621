using Microsoft.Playwright;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Browser;

/// <summary>A test that needs Chromium.</summary>
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute() => Skip = RealServer.SkipUnless(BrowserFixture.Chromium, "Chromium");
}

/// <summary>A test over a table that needs Chromium.</summary>
public sealed class BrowserTheoryAttribute : TheoryAttribute
{
    public BrowserTheoryAttribute() => Skip = RealServer.SkipUnless(BrowserFixture.Chromium, "Chromium");
}

[CollectionDefinition(Name)]
public sealed class BrowserTests : ICollectionFixture<BrowserFixture>
{
    public const string Name = "browser";
}

/// <summary>One program with the simulator and one browser for all browser tests, signed in once; each test opens pages of its own.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    public static readonly string? Chromium = RealServer.Find("chromium", "/usr/bin");

    IPlaywright? playwright;
    IBrowser? browser;
    string? signedIn;

    public RunningProgram Program { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        if (Chromium is null)
            return;
        Program = await RunningProgram.StartAsync();
        playwright = await Playwright.CreateAsync();
        Assertions.SetDefaultExpectTimeout(Patience.Milliseconds);
        browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Chromium,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
        signedIn = await SignInAsync();
    }

    public async Task DisposeAsync()
    {
        if (browser is not null)
            await browser.DisposeAsync();
        playwright?.Dispose();
        if (Program is not null)
            await Program.DisposeAsync();
    }

    /// <summary>Opens a page as the administrator and waits for its circuit.</summary>
    public async Task<IPage> OpenAsync(string path, int width = 1440, int height = 900, string theme = "dark", bool interactive = true, bool script = true)
    {
        var context = await NewContextAsync(Program, signedIn, width, height, script);
        var page = await context.NewPageAsync();
        await page.AddInitScriptAsync($"try {{ localStorage.getItem('theme') ?? localStorage.setItem('theme', '{theme}'); }} catch {{ }}");
        await page.GotoAsync(path);
        if (interactive && script)
            await Interactive(page);
        return page;
    }

    /// <summary>Signs in to a program of the test's own and opens a page there.</summary>
    public async Task<IPage> OpenOtherAsync(RunningProgram program, string path)
    {
        var context = await NewContextAsync(program, null, 1440, 900);
        var page = await context.NewPageAsync();
        await SignInAsync(page, path);
        await Interactive(page);
        return page;
    }

    async Task<IBrowserContext> NewContextAsync(RunningProgram program, string? state, int width, int height, bool script = true)
    {
        // axe is put into the page by the test, which the page's own policy would refuse.
        var context = await browser!.NewContextAsync(new() { ViewportSize = new() { Width = width, Height = height }, StorageState = state, BaseURL = program.Address, BypassCSP = true, JavaScriptEnabled = script });
        context.SetDefaultTimeout(Patience.Milliseconds);
        return context;
    }

    /// <summary>A prerendered page is visible before it listens: its frame says when.</summary>
    public static Task Interactive(IPage page) =>
        page.WaitForSelectorAsync("main[data-interactive]");

    async Task<string> SignInAsync()
    {
        await using var context = await NewContextAsync(Program, null, 1440, 900);
        await SignInAsync(await context.NewPageAsync(), "/settings");
        return await context.StorageStateAsync();
    }

    static async Task SignInAsync(IPage page, string path)
    {
        await page.GotoAsync($"/sign-in?returnUrl={Uri.EscapeDataString(path)}");
        await page.FillAsync("input[name=email]", RunningProgram.Email);
        await page.FillAsync("input[name=password]", RunningProgram.Password);
        await page.ClickAsync("form button[type=submit]");
        await page.WaitForURLAsync($"**{path}");
    }
}
