using Microsoft.AspNetCore.Authorization;

namespace OpsDashboard.Access;

/// <summary>One authorization policy a permission, so that endpoints, pages and hub methods are guarded by the same words.</summary>
public static class PermissionPolicy
{
    public static string Name(Permission permission) => $"may:{permission}";

    /// <summary>Guards an endpoint. The domain type behind it authorizes again, for the system in question.</summary>
    public static TBuilder RequirePermission<TBuilder>(this TBuilder endpoint, Permission permission) where TBuilder : IEndpointConventionBuilder =>
        endpoint.RequireAuthorization(new AuthorizeAttribute(Name(permission)));
}
