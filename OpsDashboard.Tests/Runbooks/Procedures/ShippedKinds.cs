using OpsDashboard.Catalogue;
using OpsDashboard.Http;
using OpsDashboard.Runbooks.Nodes;
using OpsDashboard.Runbooks.Secrets;
using OpsDashboard.Runbooks.Steps;
using OpsDashboard.Runbooks.Steps.Sql;

namespace OpsDashboard.Tests.Runbooks.Procedures;

/// <summary>The kinds of steps, for reading files alone.</summary>
static class ShippedKinds
{
    public static readonly IReadOnlyList<IStepKind> All = Of(() => throw new NotSupportedException());

    /// <param name="catalogue">In which runbooks find those that they start; asked when something is planned.</param>
    public static IReadOnlyList<IStepKind> Of(Func<ICatalogue> catalogue)
    {
        IStepKind[] kinds = [];
        kinds =
        [
            new CommandStepExecutor(new(() => new ReadCatalogue(new([], []), "production"), []), new NoSecrets(), TimeProvider.System), new HttpStepExecutor(new Outbound()), new SqlStepExecutor(new Outbound(), TimeProvider.System),
            new MetricStepExecutor(() => throw new NotSupportedException(), TimeProvider.System), new DelayStepExecutor(TimeProvider.System), new ManualStepExecutor(),
            new DecisionStepExecutor(ShippedRunbooks.Syntax), new NotifyStepExecutor(() => throw new NotSupportedException()),
            new RunbookStepExecutor(catalogue, () => new(kinds.Cast<IStepExecutor>()), () => throw new NotSupportedException(), TimeProvider.System),
        ];
        return kinds;
    }

    sealed class NoSecrets : ISecrets
    {
        public SecretValue Find(string name) => throw new NotSupportedException();
    }
}
