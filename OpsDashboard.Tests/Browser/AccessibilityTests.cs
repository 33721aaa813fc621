using System.Reflection;
using Microsoft.AspNetCore.Components;
using OpsDashboard.Tests.Testing;
using OpsDashboard.Ui;
using Xunit;

namespace OpsDashboard.Tests.Browser;

/// <summary>Every page of the menu, read from the page contract: axe finds nothing, in both themes, and a phone never scrolls sideways.</summary>
[Collection(BrowserTests.Name)]
public sealed class AccessibilityTests(BrowserFixture browser)
{
    /// <summary>States of pages that the address names: another tab, something chosen, something plotted.</summary>
    static readonly string[] States =
    [
        "/systems/case-opening?tab=key-metrics", "/systems/dnd-companion?tab=reports", "/metrics-explorer?expr=up", "/metrics-explorer?expr=sum(", "/metrics-explorer?tab=mine",
        "/collectors?q=cg-api", "/catalogue/document?path=case-opening/targets.yml", "/accounts?tab=tokens", "/accounts?edit=new", "/kpi?system=case-opening", "/logs?tab=live", "/logs?tab=files", "/runbooks/case-opening.restart-api",
        "/rules?rule=case-opening/performance_alerts/MemoryUsage", "/rules?rule=dnd-companion/dnd-alerts-as-written/HighErrorRate", "/rules?rule=liap-tui/liap-tui-alerts/CpuExhausted&view=document",
        "/rules?rule=liap-tui/liap-tui-alerts/CpuExhausted&view=versions", "/rules?new=liap-tui", "/rules?import=liap-tui", "/silences?matcher=system%3Dliap-tui", "/routing?labels=alertname%3DX",
    ];

    public static TheoryData<string> Pages => [.. typeof(PageAttribute).Assembly.GetTypes()
        .Where(type => type.GetCustomAttribute<PageAttribute>() is not null)
        .SelectMany(type => type.GetCustomAttributes<RouteAttribute>().Select(route => route.Template))
        .Select(route => route.Replace("{Id}", "case-opening").Replace("{id}", "case-opening"))
        .Where(route => !route.Contains('{')).Concat(States)];

    [BrowserTheory]
    [MemberData(nameof(Pages))]
    public async Task Page_Axe_FindsNothing(string path)
    {
        foreach (var theme in new[] { "dark", "light" })
        {
            var page = await browser.OpenAsync(path, theme: theme);
            var found = await Axe.FindAsync(page);
            await page.Context.CloseAsync();
            Assert.True(found.Length == 0, $"{path}, {theme}:\n{string.Join('\n', found)}");
        }
    }

    [BrowserTheory]
    [MemberData(nameof(Pages))]
    public async Task Page_OnAPhone_DoesNotScrollSideways(string path)
    {
        var page = await browser.OpenAsync(path, width: 375, height: 812);
        var width = await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth");
        await page.Context.CloseAsync();
        Assert.True(width <= 375, $"{path} is {width} px wide.");
    }
}
