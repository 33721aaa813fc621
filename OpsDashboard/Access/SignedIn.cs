using System.Security.Claims;

namespace OpsDashboard.Access;

/// <summary>What a cookie or bearer token says about its holder: an id and a stamp. Grants are looked up, never carried.</summary>
static class SignedIn
{
    public const string StampClaim = "stamp", SessionClaim = "session";

    /// <param name="session">This sign-in, where it can be signed out of.</param>
    public static ClaimsPrincipal Principal(string actorId, string stamp, string name, string scheme, Guid? session = null) =>
        new(new ClaimsIdentity(
            [new(ClaimTypes.NameIdentifier, actorId), new(StampClaim, stamp), new(ClaimTypes.Name, name), .. session is { } id ? [new Claim(SessionClaim, $"{id}")] : Array.Empty<Claim>()],
            scheme));

    /// <summary>When the sign-in was made, which its id tells; null where it has none that does.</summary>
    public static DateTimeOffset? At(ClaimsPrincipal principal) =>
        Guid.TryParse(principal.FindFirst(SessionClaim)?.Value, out var session) && session.Version == 7
            ? DateTimeOffset.FromUnixTimeMilliseconds(Convert.ToInt64($"{session:N}"[..12], 16))
            : null;
}
