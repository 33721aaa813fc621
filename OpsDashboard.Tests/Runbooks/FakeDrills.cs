using OpsDashboard.Runbooks;

namespace OpsDashboard.Tests.Runbooks;

/// <summary>Nothing is an exercise but what the test says.</summary>
sealed class FakeDrills : IDrills
{
    public bool IsRunning { get; set; }

    public Task<DateTimeOffset?> LastAsync(string runbookId, CancellationToken stop) => Task.FromResult<DateTimeOffset?>(null);

    public Task<bool> IsRunningAsync(string systemId, CancellationToken stop) => Task.FromResult(IsRunning);
}
