using System.Security.Claims;

namespace OpsDashboard.Access;

/// <summary>What a cookie or bearer token says about its holder: an id and a stamp. Grants are looked up, never carried.</summary>
static class SignedIn
{
    public const string StampClaim = "stamp";

    public static ClaimsPrincipal Principal(string actorId, string stamp, string name, string scheme) =>
        new(new ClaimsIdentity([new(ClaimTypes.NameIdentifier, actorId), new(StampClaim, stamp), new(ClaimTypes.Name, name)], scheme));
}
