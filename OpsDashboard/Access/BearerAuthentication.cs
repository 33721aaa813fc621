using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OpsDashboard.Storage;

namespace OpsDashboard.Access;

/// <summary><c>Authorization: Bearer …</c> of automation: the configured bootstrap token or one that was made here.</summary>
sealed class BearerAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> schemes, ILoggerFactory loggers, UrlEncoder encoder,
    AccessOptions options, IDbContextFactory<OpsContext> contexts)
    : AuthenticationHandler<AuthenticationSchemeOptions>(schemes, loggers, encoder)
{
    public const string SchemeName = "Bearer";
    const string Prefix = "Bearer ";

    public static bool Carries(HttpRequest request) => request.Headers.Authorization.ToString().StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!Carries(Request))
            return AuthenticateResult.NoResult();
        var token = Request.Headers.Authorization.ToString()[Prefix.Length..].Trim();
        if (token.Length is 0 or > 512)
            return AuthenticateResult.Fail("no token");
        if (options.Bootstrap.ApiToken is { } bootstrap && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(token)), SHA256.HashData(Encoding.UTF8.GetBytes(bootstrap))))
            return Ticket(Actors.BootstrapTokenId, "Bootstrap token");
        var hash = Secret.Hash(token);
        await using var context = contexts.CreateDbContext();
        var found = await context.Set<ApiToken>().AsNoTracking().FirstOrDefaultAsync(stored => stored.Hash == hash, Context.RequestAborted);
        return found is { RevokedAt: null } && found.ExpiresAt > TimeProvider.GetUtcNow()
            ? Ticket(found.Id.ToString(), found.Name)
            : AuthenticateResult.Fail("unknown, expired or revoked token");
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.WWWAuthenticate = "Bearer";
        return Task.CompletedTask;
    }

    AuthenticateResult Ticket(string id, string name) =>
        AuthenticateResult.Success(new AuthenticationTicket(SignedIn.Principal(id, id, name, Scheme.Name), Scheme.Name));
}
