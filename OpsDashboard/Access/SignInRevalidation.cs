using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;

namespace OpsDashboard.Access;

/// <summary>A circuit whose account, password or grants changed is a stranger's within seconds.</summary>
sealed class SignInRevalidation(ILoggerFactory loggers, IActors actors) : RevalidatingServerAuthenticationStateProvider(loggers)
{
    protected override TimeSpan RevalidationInterval => TimeSpan.FromSeconds(3);

    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken) =>
        authenticationState.User.Identity?.IsAuthenticated != true || await actors.IsCurrentAsync(authenticationState.User);
}
