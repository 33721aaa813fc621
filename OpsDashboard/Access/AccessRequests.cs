namespace OpsDashboard.Access;

public static class AccessRequests
{
    /// <summary>Whether the request authenticates by a bearer token, so that no cookie counts.</summary>
    public static bool CarriesToken(HttpRequest request) => BearerAuthentication.Carries(request);
}
