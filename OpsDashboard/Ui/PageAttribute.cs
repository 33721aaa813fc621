using Microsoft.AspNetCore.Authorization;
using OpsDashboard.Access;

namespace OpsDashboard.Ui;

/// <summary>
/// The contract of every page: its title, who may open it, and its place in menu and palette. A page without it can be opened by nobody.
/// The permission is needed for at least one system; the page then shows only the systems that the actor may see.
/// </summary>
/// <param name="title">For the browser's tab, the palette and the heading.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class PageAttribute(string title, Permission permission) : AuthorizeAttribute(PermissionPolicy.Name(permission))
{
    public string Title { get; } = title;

    public Permission Permission { get; } = permission;

    /// <summary>Text in the menu; null keeps the page out of it.</summary>
    public string? Menu { get; init; }

    /// <summary>Name of an icon of the icon set.</summary>
    public string Icon { get; init; } = "dot";

    /// <summary>Place in the menu, rising.</summary>
    public int Order { get; init; }
}
