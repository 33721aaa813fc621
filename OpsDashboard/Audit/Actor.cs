namespace OpsDashboard.Audit;

public enum ActorKind { Person, Token, Program, Stranger }

public enum Role { Viewer, Responder, Commander, Admin }

/// <summary>A role over one system, or over all where <paramref name="SystemId"/> is null.</summary>
public sealed record Grant(Role Role, string? SystemId);

/// <summary>Who acts. Passed as a parameter to every method that changes something; never ambient.</summary>
/// <param name="Id">Opaque (a UUIDv7), the only thing about the actor that the audit chain holds.</param>
/// <param name="Name">For people to read; kept in an erasable table.</param>
/// <param name="Address">Remote address of the request, or null.</param>
public sealed record Actor(string Id, string Name, ActorKind Kind, IReadOnlyList<Grant> Grants, string? Address = null)
{
    /// <summary>Who is told when something is refused to the actor; null where nobody keeps account.</summary>
    public IRefusals? Refusals { get; init; }

    /// <summary>Of a token: the person who answers for it, who made it or the token that made it. Null for people themselves, and where nobody did.</summary>
    public string? OwnerId { get; init; }

    /// <summary>When the person signed in, by a sign-in that says so; null for everybody else.</summary>
    public DateTimeOffset? SignedInAt { get; init; }

    /// <summary>The program itself, acting on nobody's behalf.</summary>
    public static readonly Actor Program = new("program", "OpsDashboard", ActorKind.Program, [new(Role.Admin, null)]);

    public static Actor Stranger(string? address) => new("stranger", "not signed in", ActorKind.Stranger, [], address);

    /// <summary>Whether one of the grants reaches the role, for the system or for all systems where <paramref name="systemId"/> is null.</summary>
    public bool Has(Role role, string? systemId) =>
        Grants.Any(grant => grant.Role >= role && (grant.SystemId is null || grant.SystemId == systemId));
}
