using OpsDashboard.Runbooks.Recoveries;

namespace OpsDashboard.Tests.Objectives;

/// <summary>Recoveries as the test counts them, by the month's first instant.</summary>
sealed class CountedRecoveries(params (DateTimeOffset From, RecoveryScore Score)[] months) : IRecoveryScores
{
    public Task<RecoveryScore> OfAsync(string systemId, DateTimeOffset from, DateTimeOffset to, CancellationToken stop) =>
        Task.FromResult(months.FirstOrDefault(month => month.From == from).Score ?? new(0, 0, 0));
}
