using OpsDashboard.Simulator.Faults;

namespace OpsDashboard.Simulator.Hosting;

/// <summary>What faults do to every answer of a program, whatever was asked.</summary>
sealed class FaultGate(FaultSet faults, TimeProvider clock)
{
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    /// <summary>True when the request may be answered as usual.</summary>
    public async Task<bool> PassAsync(HttpContext context)
    {
        context.Response.Headers["X-Simulated"] = "true";
        while (faults.Has(FaultKind.Hang))
            await WaitAsync(faults.Changed, context.RequestAborted);
        if (context.RequestAborted.IsCancellationRequested)
            return false;
        if (!faults.Has(FaultKind.GarbageOutput))
            return true;
        await context.Text("<!DOCTYPE html><html><head><title>It works!</title></head><body><h1>It works!</h1>{\"status\": up{le=\"0.5</body></html>\n", "text/html; charset=utf-8");
        return false;
    }

    async Task WaitAsync(CancellationToken changed, CancellationToken gone)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(changed, gone);
        try
        {
            await Task.Delay(Look, clock, either.Token);
        }
        catch (OperationCanceledException) when (!gone.IsCancellationRequested)
        {
            // a fault changed: look again
        }
    }
}
