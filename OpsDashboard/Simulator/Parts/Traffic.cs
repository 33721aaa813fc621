using OpsDashboard.Simulator.Exposition;

namespace OpsDashboard.Simulator.Parts;

/// <summary>One route of a simulated program.</summary>
/// <param name="Share">Part of all requests; shares need not add up to 1.</param>
/// <param name="Median">Usual seconds.</param>
/// <param name="Sigma">Spread of the log-normal distribution.</param>
/// <param name="Success">Status of a good answer.</param>
sealed record SimulatedRoute(string Method, string Path, double Share, double Median, double Sigma = 0.45, int Success = 200, bool IsCritical = false);

/// <summary>
/// The requests of a simulated program: they are drawn one by one and really fill the counters and histograms.
/// A healthy program fails one request in <see cref="RequestsPerFailure"/>, evenly spaced, so that its error rate stays below 0.1 %.
/// </summary>
sealed class Traffic
{
    const int RequestsPerFailure = 6000;
    const int RequestsPerRefusal = 300;

    /// <summary>Nobody waits longer: the client gives up.</summary>
    const double MostSeconds = 9.5;

    readonly Draw draw;
    readonly bool tellsCritical;
    readonly Family requests;
    readonly HistogramFamily durations;
    readonly SimulatedRoute[] routes;
    readonly double[] ends;
    readonly RecentRequests recent = new();
    long count;

    public Traffic(MetricPage page, Draw draw, bool tellsCritical, params SimulatedRoute[] routes)
    {
        (this.draw, this.tellsCritical, this.routes) = (draw, tellsCritical, routes);
        requests = tellsCritical
            ? page.Counter("http_requests_total", "Requests answered.", "method", "path", "status", "critical")
            : page.Counter("http_requests_total", "Requests answered.", "method", "path", "status");
        durations = page.Histogram("http_request_duration_seconds", "Time to answer a request.", HistogramFamily.Seconds, "method", "path");
        ends = new double[routes.Length];
        var end = 0.0;
        for (var i = 0; i < routes.Length; i++)
        {
            ends[i] = end += routes[i].Share;
            Requests(routes[i], routes[i].Success);
            Requests(routes[i], 500);
            durations.Histogram(routes[i].Method, routes[i].Path);
        }
    }

    /// <summary>Told of every request: route, status, seconds.</summary>
    public Action<SimulatedRoute, int, double>? Answered { get; set; }

    public IReadOnlyList<SimulatedRoute> Routes => routes;

    /// <summary>Part of the requests that failed in the last seconds (at most 300).</summary>
    public double FailureRatio(int seconds) => recent.FailureRatio(seconds);

    /// <summary>Requests a second, mean of the last ten.</summary>
    public double PerSecond => recent.PerSecond;

    public int Step(Moment moment, double perSecond, Conditions conditions)
    {
        var now = draw.Poisson(perSecond * moment.Seconds);
        recent.Advance(moment.UnixSeconds);
        for (var i = 0; i < now; i++)
            Answer(Pick(), conditions);
        return now;
    }

    /// <summary>Draws the time that a request takes under the conditions.</summary>
    public double Duration(SimulatedRoute route, Conditions conditions)
    {
        // the tail is cut where the distribution would pass what a healthy program ever takes
        var usual = Math.Min(draw.LogNormal(route.Median, route.Sigma), route.Median * 3.2);
        return Math.Min(MostSeconds, (usual * conditions.Stretch) + conditions.ExtraSeconds);
    }

    /// <summary>Counts a request that really came in over HTTP.</summary>
    public void Record(SimulatedRoute route, int status, double seconds)
    {
        count++;
        recent.Add(status >= 500);
        Requests(route, status).Add();
        durations.Histogram(route.Method, route.Path).Observe(seconds);
        Answered?.Invoke(route, status, seconds);
    }

    public int Status(SimulatedRoute route, Conditions conditions)
    {
        if (draw.Chance(conditions.FailureRatio) || count % RequestsPerFailure == RequestsPerFailure - 1)
            return 500;
        return count % RequestsPerRefusal == RequestsPerRefusal - 1 ? 401 : route.Success;
    }

    void Answer(SimulatedRoute route, Conditions conditions) => Record(route, Status(route, conditions), Duration(route, conditions));

    Cell Requests(SimulatedRoute route, int status)
    {
        var code = status.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return tellsCritical
            ? requests.Of(route.Method, route.Path, code, route.IsCritical ? "true" : "false")
            : requests.Of(route.Method, route.Path, code);
    }

    SimulatedRoute Pick()
    {
        var place = draw.Next() * ends[^1];
        for (var i = 0; i < ends.Length; i++)
        {
            if (place < ends[i])
                return routes[i];
        }
        return routes[^1];
    }
}
