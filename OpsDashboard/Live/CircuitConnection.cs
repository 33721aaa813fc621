using Microsoft.AspNetCore.Components.Server.Circuits;

namespace OpsDashboard.Live;

/// <summary>Whether the browser of this circuit is there. A circuit outlives its connection by minutes; what follows must not work for nobody.</summary>
public sealed class CircuitConnection : CircuitHandler
{
    public bool IsUp { get; private set; } = true;

    /// <summary>True: the browser is back; false: it is gone, perhaps for good.</summary>
    public event Action<bool>? Changed;

    public override Task OnConnectionUpAsync(Circuit circuit, CancellationToken cancellationToken) => Set(true);

    public override Task OnConnectionDownAsync(Circuit circuit, CancellationToken cancellationToken) => Set(false);

    Task Set(bool up)
    {
        if (IsUp != up)
        {
            IsUp = up;
            Changed?.Invoke(up);
        }
        return Task.CompletedTask;
    }
}
