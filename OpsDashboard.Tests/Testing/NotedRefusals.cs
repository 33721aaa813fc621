using OpsDashboard.Audit;

namespace OpsDashboard.Tests.Testing;

/// <summary>Remembers what was refused.</summary>
public sealed class NotedRefusals : IRefusals
{
    public List<(string ActorId, string Permission, string? SystemId)> Noted { get; } = [];

    public void Note(Actor actor, string permission, string? systemId) => Noted.Add((actor.Id, permission, systemId));
}
