using Microsoft.Playwright;
using OpsDashboard.Tests.Testing;

namespace OpsDashboard.Tests.Browser;

/// <summary>What axe finds on a page as it stands.</summary>
static class Axe
{
    public static async Task<string[]> FindAsync(IPage page)
    {
        await page.AddScriptTagAsync(new() { Path = Path.Combine(RunningProgram.SolutionFolder(), "wwwroot-assets", "node_modules", "axe-core", "axe.min.js") });
        return await page.EvaluateAsync<string[]>("""
            async () => (await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] })).violations
              .flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.html.slice(0, 160)} ${node.failureSummary?.split('\n')[1] ?? ''}`))
            """);
    }
}
