using System.Reflection;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Ui;

namespace OpsDashboard.Shell.Layout;

/// <summary>A page as menu and palette show it, read from its <see cref="PageAttribute"/> and route.</summary>
sealed record PageEntry(string Title, string? Menu, string Icon, int Order, Permission Permission, string Url)
{
    /// <summary>Pages from this place on stand at the foot of the menu: what runs the dashboard rather than the systems.</summary>
    const int FootFrom = 100;

    static readonly IReadOnlyList<PageEntry> All = Read();

    public bool Foot => Order >= FootFrom;

    public NavLinkMatch Match => Url == Urls.Overview ? NavLinkMatch.All : NavLinkMatch.Prefix;

    /// <summary>The pages that the actor may open, in order.</summary>
    public static IReadOnlyList<PageEntry> Of(Actor actor) => [.. All.Where(page => actor.MayAnywhere(page.Permission))];

    public static IReadOnlyList<PageEntry> MenuOf(Actor actor) => [.. Of(actor).Where(page => page.Menu is not null)];

    // A route with parameters cannot be opened from a menu; its subjects come from palette sources.
    static IReadOnlyList<PageEntry> Read() =>
        [.. from type in typeof(PageEntry).Assembly.GetTypes()
            let page = type.GetCustomAttribute<PageAttribute>()
            where page is not null
            from route in type.GetCustomAttributes<RouteAttribute>().Select(route => route.Template).Where(route => !route.Contains('{')).Take(1)
            orderby page.Order, page.Title
            select new PageEntry(page.Title, page.Menu, page.Icon, page.Order, page.Permission, route == "/" ? Urls.Overview : route.TrimStart('/'))];
}
