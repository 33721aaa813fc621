using Microsoft.EntityFrameworkCore;
using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Metrics.Charts;
using OpsDashboard.Metrics.PromQl;
using OpsDashboard.Storage;

namespace OpsDashboard.Metrics.Pages;

/// <summary>What is wrong with a panel that was to be pinned, by field.</summary>
public sealed record PinProblem(string Field, string Message);

/// <summary>Everybody's own dashboards, kept on the server. Thread-safe; authorizes; audits.</summary>
public sealed class PinnedPanels(IDbContextFactory<OpsContext> contexts, IAuditLog audit, IPromQl promQl, TimeProvider clock)
{
    /// <summary>Panels that one person may keep: more would be a page that nobody reads.</summary>
    public const int Most = 60;

    /// <summary>The actor's own panels, the oldest first.</summary>
    public async Task<IReadOnlyList<PinnedPanel>> ListAsync(Actor actor, CancellationToken stop)
    {
        Demand(actor);
        await using var context = await contexts.CreateDbContextAsync(stop);
        return await context.Set<PinnedPanel>().AsNoTracking().Where(panel => panel.OwnerId == actor.Id).OrderBy(panel => panel.PinnedAt).ThenBy(panel => panel.Id).ToListAsync(stop);
    }

    /// <summary>Keeps a panel; returns it, or every problem with what was given.</summary>
    /// <param name="dashboard">A name that is not known yet begins a new dashboard; empty is <see cref="PinnedPanel.FirstDashboard"/>.</param>
    public async Task<(PinnedPanel? Panel, IReadOnlyList<PinProblem> Problems)> PinAsync(Actor actor, string dashboard, string title, string expression, Unit unit, CancellationToken stop)
    {
        Demand(actor);
        var problems = Problems(dashboard, title, expression);
        await using var context = await contexts.CreateDbContextAsync(stop);
        if (await context.Set<PinnedPanel>().CountAsync(panel => panel.OwnerId == actor.Id, stop) >= Most)
            problems.Add(new("title", $"Your dashboards hold {Most} panels, which is all they may. Remove one first."));
        if (problems.Count > 0)
            return (null, problems);
        var panel = new PinnedPanel { Id = clock.NewId(), OwnerId = actor.Id, Dashboard = dashboard.Trim() is { Length: > 0 } named ? named : PinnedPanel.FirstDashboard, Title = title.Trim(), Expression = expression.Trim(), Unit = unit, PinnedAt = clock.Now() };
        context.Add(panel);
        await audit.CommitAsync(context, Record(actor, "chart.pinned", panel), stop);
        return (panel, []);
    }

    /// <summary>Removes one of the actor's own panels; false where they have no such panel.</summary>
    public async Task<bool> UnpinAsync(Actor actor, Guid id, CancellationToken stop)
    {
        Demand(actor);
        await using var context = await contexts.CreateDbContextAsync(stop);
        if (await context.Set<PinnedPanel>().SingleOrDefaultAsync(panel => panel.Id == id && panel.OwnerId == actor.Id, stop) is not { } panel)
            return false;
        context.Remove(panel);
        await audit.CommitAsync(context, Record(actor, "chart.unpinned", panel), stop);
        return true;
    }

    List<PinProblem> Problems(string dashboard, string title, string expression)
    {
        var problems = new List<PinProblem>();
        if (dashboard.Trim().Length > PinnedPanel.LongestDashboard)
            problems.Add(new("dashboard", $"Give the dashboard a name of at most {PinnedPanel.LongestDashboard} characters."));
        if (title.Trim().Length is 0 or > PinnedPanel.LongestTitle)
            problems.Add(new("title", $"Give the panel a title of at most {PinnedPanel.LongestTitle} characters."));
        if (expression.Trim().Length > PinnedPanel.LongestExpression)
            problems.Add(new("expression", $"The expression is longer than {PinnedPanel.LongestExpression} characters."));
        try
        {
            promQl.Parse(expression);
        }
        catch (PromQlException refused)
        {
            problems.Add(new("expression", refused.Message));
        }
        return problems;
    }

    static AuditRecord Record(Actor actor, string action, PinnedPanel panel) =>
        new(actor, action, $"panel/{panel.Id}", Particulars: new Dictionary<string, object?> { ["dashboard"] = panel.Dashboard, ["title"] = panel.Title, ["expression"] = panel.Expression });

    // The permission is for at least one system: what a panel shows is limited to the viewer's systems whenever it is drawn.
    static void Demand(Actor actor)
    {
        if (!actor.MayAnywhere(Permission.PinCharts))
            actor.Demand(Permission.PinCharts);
    }
}
