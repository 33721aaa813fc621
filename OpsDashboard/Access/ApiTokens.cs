using Microsoft.EntityFrameworkCore;
using OpsDashboard.Audit;
using OpsDashboard.Storage;

namespace OpsDashboard.Access;

/// <param name="ExpiresAt">Null: in 90 days.</param>
public sealed record NewApiToken(string? Name, IReadOnlyList<Grant>? Grants, DateTimeOffset? ExpiresAt = null);

/// <summary>Bearer tokens of automation.</summary>
public sealed class ApiTokens(IDbContextFactory<OpsContext> contexts, IAuditLog audit, AccessChangeNotice notice, TimeProvider clock)
{
    const int MaxName = 100;
    static readonly TimeSpan DefaultLifetime = TimeSpan.FromDays(90), MaxLifetime = TimeSpan.FromDays(366);

    public async Task<IReadOnlyList<ApiToken>> ListAsync(Actor by, CancellationToken stop)
    {
        by.Demand(Permission.ManageTokens);
        await using var context = contexts.CreateDbContext();
        return await context.Set<ApiToken>().AsNoTracking().OrderByDescending(token => token.Id).ToListAsync(stop);
    }

    /// <exception cref="NotFoundException" />
    public async Task<ApiToken> GetAsync(Actor by, Guid id, CancellationToken stop)
    {
        by.Demand(Permission.ManageTokens);
        await using var context = contexts.CreateDbContext();
        return await context.Set<ApiToken>().AsNoTracking().FirstOrDefaultAsync(token => token.Id == id, stop) ?? throw new NotFoundException($"token {id}");
    }

    /// <returns>The token and its secret, which is not kept: this is the only time that it can be shown.</returns>
    /// <exception cref="InvalidInputException" />
    public async Task<(ApiToken Token, string Secret)> CreateAsync(Actor by, NewApiToken input, CancellationToken stop)
    {
        by.Demand(Permission.ManageTokens);
        InvalidInputException.ThrowIfAny([.. Problems(by, input)]);
        var secret = $"ops_{Secret.New()}";
        var now = clock.Now();
        var token = new ApiToken
        {
            Id = clock.NewId(),
            Name = input.Name!.Trim(),
            Hash = Secret.Hash(secret),
            Grants = input.Grants!,
            CreatedBy = by.Id,
            CreatedAt = now,
            ExpiresAt = input.ExpiresAt is { } expires ? Instant.FromMicroseconds(Instant.ToMicroseconds(expires)) : now + DefaultLifetime,
        };
        await using var context = contexts.CreateDbContext();
        context.Add(token);
        await audit.CommitAsync(context, new(by, "token.created", $"token/{token.Id}", Particulars: new Dictionary<string, object?>
        {
            ["name"] = token.Name,
            ["grants"] = GrantText.Write(token.Grants),
            ["expiresAt"] = token.ExpiresAt,
        }), stop);
        return (token, secret);
    }

    /// <summary>Ends a token; doing it twice is no error.</summary>
    public async Task<ApiToken> RevokeAsync(Actor by, Guid id, CancellationToken stop)
    {
        by.Demand(Permission.ManageTokens);
        await using var context = contexts.CreateDbContext();
        var token = await context.Set<ApiToken>().FirstOrDefaultAsync(one => one.Id == id, stop) ?? throw new NotFoundException($"token {id}");
        if (token.RevokedAt is not null)
            return token;
        token.RevokedAt = clock.Now();
        await audit.CommitAsync(context, new(by, "token.revoked", $"token/{id}", Particulars: new Dictionary<string, object?> { ["name"] = token.Name }), stop);
        notice.Raise(id);
        return token;
    }

    /// <summary>How many tokens that were made with the bootstrap token are neither revoked nor expired.</summary>
    internal async Task<int> CountOfBootstrapAsync(CancellationToken stop)
    {
        var now = clock.Now();
        await using var context = contexts.CreateDbContext();
        return await context.Set<ApiToken>().CountAsync(token => token.CreatedBy == Actors.BootstrapTokenId && token.RevokedAt == null && token.ExpiresAt > now, stop);
    }

    IEnumerable<FieldProblem> Problems(Actor by, NewApiToken input)
    {
        if (input.Name?.Trim() is not { Length: > 0 and <= MaxName } name || name.Any(char.IsControl))
            yield return new("name", $"has between 1 and {MaxName} characters.");
        if (input.Grants is not { Count: > 0 })
            yield return new("grants", "name at least one, e.g. {\"role\": \"viewer\"}.");
        if (input.ExpiresAt <= clock.GetUtcNow())
            yield return new("expiresAt", "lies in the past.");
        if (input.ExpiresAt > clock.GetUtcNow() + MaxLifetime)
            yield return new("expiresAt", $"lies more than {MaxLifetime.TotalDays:0} days ahead.");
        foreach (var problem in AccountRules.Grants(by, input.Grants))
            yield return problem;
    }
}
