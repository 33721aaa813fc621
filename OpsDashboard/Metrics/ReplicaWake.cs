using OpsDashboard.Live.Replicas;

namespace OpsDashboard.Metrics;

/// <summary>Replicas tell each other over the channel that they wrote samples.</summary>
sealed class ReplicaWake(IReplicaChannel channel) : IReplicaWake
{
    const string Topic = "samples";

    public void Written() => channel.Publish(Topic);

    public IDisposable OnWritten(Action observer) => channel.Subscribe(Topic, observer);
}
