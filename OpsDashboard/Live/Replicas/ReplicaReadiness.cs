using OpsDashboard.Http;

namespace OpsDashboard.Live.Replicas;

/// <summary>A configured Redis belongs to what the dashboard needs: without it replicas find each other's changes only by looking.</summary>
sealed class ReplicaReadiness(IReplicaChannel channel) : IReadinessCheck
{
    public string Name => "redis";

    public bool IsRequired => true;

    public Task<string?> ProblemAsync(CancellationToken stop) => Task.FromResult(channel.IsUp ? null : "Redis does not answer.");
}
