using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Http;

namespace OpsDashboard.Shell.AccountPages;

public sealed record TokenInput(string? Name = null, IReadOnlyList<GrantInput>? Grants = null, DateTimeOffset? ExpiresAt = null);

public sealed record TokenView(Guid Id, string Name, IReadOnlyList<Grant> Grants, string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, DateTimeOffset? RevokedAt, int Version)
{
    public static TokenView Of(ApiToken token) => new(token.Id, token.Name, token.Grants, token.CreatedBy, token.CreatedAt, token.ExpiresAt, token.RevokedAt, token.Version);
}

/// <param name="Secret">What goes behind <c>Authorization: Bearer</c>. It is shown only now.</param>
public sealed record CreatedTokenView(TokenView Token, string Secret);

static class TokenEndpoints
{
    public static void MapTokens(this WebApplication app)
    {
        var tokens = app.MapGroup("/api/tokens").WithTags("tokens").RequirePermission(Permission.ManageTokens);
        tokens.MapGet("", ListAsync).WithSummary("All tokens, newest first, without their secrets.");
        tokens.MapGet("/{id:guid}", ReadAsync).WithSummary("One token.");
        tokens.MapPost("", CreateAsync).LimitPerMinute(60).WithMetadata(new SecretAnswer()).WithSummary("Creates a token; its secret is shown only now.");
        tokens.MapPost("/{id:guid}/revoke", RevokeAsync).WithSummary("Ends a token at once.");
    }

    static async Task<Page<TokenView>> ListAsync(ICurrentActor current, ApiTokens tokens, PageRequest page, CancellationToken stop) =>
        page.Of((await tokens.ListAsync(await current.GetAsync(), stop)).Select(TokenView.Of), token => $"{token.Id}");

    static async Task<IResult> ReadAsync(HttpContext context, ICurrentActor current, ApiTokens tokens, Guid id, CancellationToken stop)
    {
        var token = await tokens.GetAsync(await current.GetAsync(), id, stop);
        return Versions.Ok(context, TokenView.Of(token), token.Version);
    }

    static async Task<IResult> CreateAsync(HttpContext context, ICurrentActor current, ApiTokens tokens, TokenInput input, CancellationToken stop)
    {
        var (token, secret) = await tokens.CreateAsync(await current.GetAsync(), new(input.Name, AccountEndpoints.Grants(input.Grants), input.ExpiresAt), stop);
        context.Response.Headers.CacheControl = "no-store";
        return Results.Created($"{context.Request.PathBase}/api/tokens/{token.Id}", new CreatedTokenView(TokenView.Of(token), secret));
    }

    static async Task<TokenView> RevokeAsync(ICurrentActor current, ApiTokens tokens, Guid id, CancellationToken stop) =>
        TokenView.Of(await tokens.RevokeAsync(await current.GetAsync(), id, stop));
}
