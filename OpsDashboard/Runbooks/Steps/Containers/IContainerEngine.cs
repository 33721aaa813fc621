namespace OpsDashboard.Runbooks.Steps.Containers;

/// <summary>One engine that runs containers. Thread-safe.</summary>
interface IContainerEngine : IDisposable
{
    /// <exception cref="ContainerException">There is no such container, or the engine does not answer as it should.</exception>
    Task<ContainerState> InspectAsync(string container, CancellationToken stop);

    /// <returns>False: it ran already.</returns>
    /// <inheritdoc cref="InspectAsync"/>
    Task<bool> StartAsync(string container, CancellationToken stop);

    /// <param name="grace">Before it is killed.</param>
    /// <returns>False: it had stopped already.</returns>
    /// <inheritdoc cref="InspectAsync"/>
    Task<bool> StopAsync(string container, TimeSpan grace, CancellationToken stop);

    /// <inheritdoc cref="StopAsync"/>
    Task RestartAsync(string container, TimeSpan grace, CancellationToken stop);

    /// <summary>The last lines that it wrote, oldest first.</summary>
    /// <inheritdoc cref="InspectAsync"/>
    Task<IReadOnlyList<ContainerLine>> LogsAsync(string container, int tail, CancellationToken stop);
}

/// <param name="Status">The engine's word: running, exited, created, paused…</param>
/// <param name="Health">Of its health check: starting, healthy, unhealthy; null where it has none.</param>
/// <param name="StartedAt">As the engine writes it: it differs after each start.</param>
sealed record ContainerState(string Id, string Image, string Status, bool IsRunning, string? Health, int ExitCode, bool WasKilledForMemory, string StartedAt, int Restarts, long MemoryLimit, bool HasTerminal);

readonly record struct ContainerLine(string Text, bool IsError);

/// <summary>The message is fit for a person.</summary>
/// <param name="isRefused">The engine read the request and did nothing.</param>
sealed class ContainerException(string message, bool isRefused) : Exception(message)
{
    public bool IsRefused => isRefused;
}
