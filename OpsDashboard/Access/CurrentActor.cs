using Microsoft.AspNetCore.Components.Authorization;
using OpsDashboard.Audit;

namespace OpsDashboard.Access;

/// <summary>A circuit's person comes from its authentication state; everything else has a request.</summary>
sealed class CurrentActor(IActors actors, IHttpContextAccessor accessor, AuthenticationStateProvider states) : ICurrentActor
{
    public async ValueTask<Actor> GetAsync()
    {
        // The request that opened a circuit's socket can still be visible here, but the circuit's own state decides.
        if (accessor.HttpContext is { WebSockets.IsWebSocketRequest: false } request)
            return await actors.ResolveAsync(request.User, request.Connection.RemoteIpAddress?.ToString());
        var address = accessor.HttpContext?.Connection.RemoteIpAddress?.ToString();
        try
        {
            return await actors.ResolveAsync((await states.GetAuthenticationStateAsync()).User, address);
        }
        catch (InvalidOperationException) when (accessor.HttpContext is not null)
        {
            // A hub of SignalR has no authentication state; its connection has a person.
            return await actors.ResolveAsync(accessor.HttpContext.User, address);
        }
    }
}
