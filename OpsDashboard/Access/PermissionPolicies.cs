using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;

namespace OpsDashboard.Access;

sealed record PermissionRequirement(Permission Permission) : IAuthorizationRequirement;

/// <summary>Makes <c>may:X</c> for every permission. Whatever names no policy wants a signed-in person.</summary>
sealed class PermissionPolicies(IOptions<AuthorizationOptions> options) : DefaultAuthorizationPolicyProvider(options)
{
    static readonly Dictionary<string, AuthorizationPolicy> Policies = Enum.GetValues<Permission>().ToDictionary(
        PermissionPolicy.Name,
        permission => new AuthorizationPolicyBuilder().RequireAuthenticatedUser().AddRequirements(new PermissionRequirement(permission)).Build());

    public override async Task<AuthorizationPolicy?> GetPolicyAsync(string policyName) =>
        Policies.TryGetValue(policyName, out var policy) ? policy : await base.GetPolicyAsync(policyName);
}

/// <summary>The door: may the actor do this for at least one system? The domain type behind it asks again for the system in question.</summary>
sealed class PermissionHandler(IActors actors) : AuthorizationHandler<PermissionRequirement>
{
    protected override async Task HandleRequirementAsync(AuthorizationHandlerContext context, PermissionRequirement requirement)
    {
        if ((await actors.ResolveAsync(context.User)).MayAnywhere(requirement.Permission))
            context.Succeed(requirement);
    }
}
