using System.Diagnostics.Metrics;

namespace OpsDashboard.Metrics.Collectors.Self;

/// <summary>
/// What the framework counts by itself: circuits, hub connections, requests. Listens from the start of the program, since most of these are
/// told as changes and not as totals. Thread-safe.
/// </summary>
sealed class RuntimeMeters : ISelfFigures, IHostedService, IDisposable
{
    static readonly Dictionary<string, (string Metric, MetricKind Kind, string Help)> Wanted = new()
    {
        ["aspnetcore.components.circuit.active"] = ("circuits_active", MetricKind.Gauge, "Circuits in memory, those without a browser included."),
        ["aspnetcore.components.circuit.connected"] = ("circuits_connected", MetricKind.Gauge, "Circuits whose browser is connected."),
        ["signalr.server.active_connections"] = ("signalr_connections", MetricKind.Gauge, "Open SignalR connections: circuits and live hubs."),
        ["kestrel.active_connections"] = ("http_connections", MetricKind.Gauge, "Open connections to the web server."),
        ["http.server.active_requests"] = ("http_requests_active", MetricKind.Gauge, "Requests being answered."),
        ["http.server.request.duration"] = ("http_requests_total", MetricKind.Counter, "Requests answered."),
    };

    readonly Dictionary<string, double> totals = Wanted.Keys.ToDictionary(name => name, _ => 0.0);
    readonly Lock gate = new();
    readonly MeterListener listener = new();

    public Task StartAsync(CancellationToken stop)
    {
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (Wanted.ContainsKey(instrument.Name))
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, change, _, _) => Add(instrument.Name, change));
        // A histogram tells each request's duration; here they are counted.
        listener.SetMeasurementEventCallback<double>((instrument, _, _, _) => Add(instrument.Name, 1));
        listener.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken stop) => Task.CompletedTask;

    public void Dispose() => listener.Dispose();

    public void Report(SelfFigures figures)
    {
        lock (gate)
        {
            foreach (var (name, (metric, kind, help)) in Wanted)
            {
                if (kind == MetricKind.Counter)
                    figures.Counter(metric, help, totals[name]);
                else
                    figures.Gauge(metric, help, totals[name]);
            }
        }
    }

    void Add(string instrument, double change)
    {
        lock (gate)
            totals[instrument] += change;
    }
}
