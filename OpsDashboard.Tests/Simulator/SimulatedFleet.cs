using System.Globalization;
using OpsDashboard.Simulator;
using OpsDashboard.Simulator.Control;
using OpsDashboard.Tests.Testing;

namespace OpsDashboard.Tests.Simulator;

/// <summary>The five systems in virtual time, with nothing listening: state is moved on and read directly.</summary>
sealed class SimulatedFleet : IAsyncDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("sim").FullName;

    public SimulatedFleet(DateTimeOffset? start = null, int seed = 1)
    {
        Clock = new(start);
        Fleet = new(Clock, folder, seed, made => new ControlSite(made, "token", Clock).Build());
    }

    public FakeTimeProvider Clock { get; }

    public Fleet Fleet { get; }

    /// <summary>Lets time pass in steps of a quarter of a second, as the program does.</summary>
    /// <param name="only">Moves one system alone.</param>
    public void Run(double seconds, string? only = null)
    {
        for (var step = 0; step < seconds * 4; step++)
        {
            Clock.Advance(TimeSpan.FromMilliseconds(250));
            foreach (var system in Fleet.Systems.Where(system => only is null || system.Id == only))
                system.Advance();
        }
    }

    /// <summary>All series of a system: name with labels → value.</summary>
    public Dictionary<string, double> Series(string system)
    {
        var series = new Dictionary<string, double>();
        // a frontend repeats the names of its backend; the first page wins
        foreach (var line in Fleet.Find(system)!.Expositions().SelectMany(page => page.Split('\n')).Where(line => line.Length > 0 && line[0] != '#'))
        {
            var split = line.LastIndexOf(' ');
            series.TryAdd(line[..split], double.Parse(line[(split + 1)..], CultureInfo.InvariantCulture));
        }
        return series;
    }

    public async ValueTask DisposeAsync()
    {
        await Fleet.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}

/// <summary>What happened between two readings of a system's series.</summary>
sealed class Span(Dictionary<string, double> before, Dictionary<string, double> after)
{
    public double Now(string series) => after[series];

    public double Increase(string prefix, params string[] parts) =>
        after.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal) && parts.All(pair.Key.Contains)).Sum(pair => pair.Value - before.GetValueOrDefault(pair.Key));

    public double ErrorRatio => Increase("http_requests_total{", "status=\"5") / Increase("http_requests_total{");

    /// <summary>The upper bound of the bucket in which the quantile falls.</summary>
    public double Quantile(double quantile, string histogram, params string[] parts)
    {
        var all = Increase($"{histogram}_count", parts);
        return after.Keys.Where(key => key.StartsWith($"{histogram}_bucket", StringComparison.Ordinal) && parts.All(key.Contains))
            .GroupBy(Bound)
            .OrderBy(bound => bound.Key)
            .First(bound => bound.Sum(key => after[key] - before.GetValueOrDefault(key)) >= quantile * all).Key;
    }

    static double Bound(string key)
    {
        var text = key[(key.IndexOf("le=\"", StringComparison.Ordinal) + 4)..^2];
        return text == "+Inf" ? double.PositiveInfinity : double.Parse(text, CultureInfo.InvariantCulture);
    }
}
