using OpsDashboard.Audit;
using OpsDashboard.Live;
using OpsDashboard.Live.Replicas;
using OpsDashboard.Runbooks.Approvals;
using OpsDashboard.Runbooks.Locks;
using OpsDashboard.Runbooks.Output;
using OpsDashboard.Runbooks.Proof;
using OpsDashboard.Runbooks.Steps;
using OpsDashboard.Runbooks.Store;
using OpsDashboard.Storage;

namespace OpsDashboard.Runbooks.Running;

/// <summary>What every run needs that is driven here.</summary>
sealed class RunnerParts(RunStore store, RunbookList runbooks, StepExecutors executors, GoalSights sights, RunOutputs outputs, Leases leases, RunNews news, ProofBoard proofs, StepChecks checks, ApproverCall approvers, WaitingLine line)
{
    public RunStore Store => store;
    public RunbookList Runbooks => runbooks;
    public StepExecutors Executors => executors;
    public GoalSights Sights => sights;
    public RunOutputs Outputs => outputs;
    public Leases Leases => leases;
    public RunNews News => news;
    public ProofBoard Proofs => proofs;
    public StepChecks Checks => checks;
    public ApproverCall Approvers => approvers;
    public WaitingLine Line => line;
}

/// <summary>Tells that a run changed: to the pages and the runner of this process, and to the other replicas. Thread-safe.</summary>
public sealed class RunNews(LiveBus bus, IReplicaChannel replicas)
{
    internal const string Topic = "runs";

    public void Changed(Run run)
    {
        bus.Publish(new RunChanged(run.Id, run.SystemId));
        replicas.Publish(Topic);
    }
}

/// <summary>On the LiveBus, after the change is in the database. <see cref="Guid.Empty"/>: some run, in another replica.</summary>
public sealed record RunChanged(Guid RunId, string SystemId);

/// <summary>On the LiveBus: a look at the goal of a run.</summary>
public sealed record GoalLooked(Guid RunId);

/// <summary>How the goals of runs that are watched here stand; in memory, for pages. Thread-safe.</summary>
public sealed class ProofBoard(LiveBus bus)
{
    readonly System.Collections.Concurrent.ConcurrentDictionary<Guid, GoalWatch> watches = new();

    public GoalWatch? Of(Guid runId) => watches.GetValueOrDefault(runId);

    internal void Put(Guid runId, GoalWatch watch)
    {
        watches[runId] = watch;
        bus.Publish(new GoalLooked(runId));
    }

    internal void Remove(Guid runId) => watches.TryRemove(runId, out _);
}
