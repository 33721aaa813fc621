using OpsDashboard.Http;
using OpsDashboard.Runbooks.Nodes;
using OpsDashboard.Runbooks.Secrets;
using OpsDashboard.Runbooks.Steps;
using OpsDashboard.Runbooks.Steps.Sql;

namespace OpsDashboard.Tests.Runbooks.Procedures;

/// <summary>The kinds of steps, for reading files alone.</summary>
static class ShippedKinds
{
    public static readonly IReadOnlyList<IStepKind> All =
    [
        new CommandStepExecutor(new(() => new ReadCatalogue(new([], []), "production"), []), new NoSecrets(), TimeProvider.System), new HttpStepExecutor(new Outbound()), new SqlStepExecutor(new Outbound(), TimeProvider.System),
        new MetricStepExecutor(() => throw new NotSupportedException(), TimeProvider.System), new DelayStepExecutor(TimeProvider.System), new ManualStepExecutor(),
        new DecisionStepExecutor(ShippedRunbooks.Syntax), new NotifyStepExecutor(() => throw new NotSupportedException()),
    ];

    sealed class NoSecrets : ISecrets
    {
        public SecretValue Find(string name) => throw new NotSupportedException();
    }
}
