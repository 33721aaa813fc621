using OpsDashboard.Metrics.Collectors;

namespace OpsDashboard.Metrics.Beacons;

/// <summary>
/// Everything that the pages of one target told, in bounded memory and without a trace of who told it. Simulated batches are left out while a
/// real browser has posted lately. Thread-safe.
/// </summary>
public sealed class BeaconFigures(TimeSpan window, int maxPages)
{
    const int MaxPaths = 50;
    const int MaxErrorKinds = 100;
    static readonly TimeSpan RealIsThere = TimeSpan.FromSeconds(15);
    static readonly double[] RequestBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 2.5, 5, 10];

    readonly Lock gate = new();
    readonly Capped<PageFigures> pages = new(maxPages, () => new(window));
    readonly Capped<Buckets> requests = new(MaxPaths, () => new(RequestBounds));
    readonly Dictionary<(string Page, string Kind, string Class), double> errors = [];
    readonly Capped<Satisfaction> satisfaction = new(2, () => new());
    readonly SeenErrors seen = new();
    double beacons;
    long? lastRealAt;
    bool isSimulated;

    public void Add(Beacon beacon, long at)
    {
        lock (gate)
        {
            if (beacon.IsSimulated && lastRealAt is { } real && at - real < RealIsThere.TotalMilliseconds)
                return;
            if (beacon.IsSimulated != isSimulated)
            {
                foreach (var page in pages.All.Values)
                    page.Forget();
            }
            isSimulated = beacon.IsSimulated;
            if (!isSimulated)
                lastRealAt = at;
            Count(beacon, at);
        }
    }

    void Count(Beacon beacon, long at)
    {
        beacons++;
        pages[beacon.Page].Add(beacon, at);
        foreach (var request in beacon.Requests)
            requests[request.Path].Observe(request.Seconds);
        var page = pages.All.ContainsKey(beacon.Page) ? beacon.Page : Capped<PageFigures>.Other;
        foreach (var error in beacon.Errors)
        {
            var key = (page, error.Kind, error.Class);
            if (errors.Count >= MaxErrorKinds && !errors.ContainsKey(key))
                key = (Capped<PageFigures>.Other, error.Kind, Capped<PageFigures>.Other);
            errors[key] = errors.GetValueOrDefault(key) + error.Count;
            seen.Add(page, error, at);
        }
        if (beacon.Rating is { } rating)
            satisfaction[beacon.RatingSource].Add(at, rating);
    }

    /// <returns>How many samples were added.</returns>
    public int WriteTo(CollectContext context)
    {
        lock (gate)
        {
            var added = WritePages(context) + WriteSatisfaction(context);
            foreach (var (path, buckets) in requests.All)
                added += buckets.WriteTo(context, "rum_api_duration_seconds", "path", path);
            foreach (var ((page, kind, type), count) in errors)
                context.Add("rum_errors_total", count, ("page", page), ("kind", kind), ("class", type));
            context.Add("rum_beacons_total", beacons);
            context.KeepDocument("errors", seen.Table(context.At));
            return added + errors.Count + 1;
        }
    }

    int WritePages(CollectContext context)
    {
        var added = 0;
        double? lowest = null;
        foreach (var (name, page) in pages.All)
        {
            if (page.WorstDecile(context.At) is { } worst)
            {
                context.Add("rum_fps_worst_decile", worst, ("page", name));
                lowest = Math.Min(lowest ?? worst, worst);
                added++;
            }
            if (page.LargestHeap(context.At) is { } bytes)
            {
                context.Add("rum_heap_bytes", bytes, ("page", name));
                added++;
            }
            added += page.Seconds.WriteTo(context, "rum_fps", "page", name);
        }
        if (lowest is not { } rate)
            return added;
        context.Add("frame_rate", rate);
        context.Add("rum_simulated", isSimulated ? 1 : 0);
        return added + 2;
    }

    int WriteSatisfaction(CollectContext context)
    {
        var added = 0;
        foreach (var (source, answers) in satisfaction.All)
        {
            context.Add("rum_satisfaction_answers_total", answers.Answers, ("source", source));
            context.Add("rum_satisfaction_points_total", answers.Points, ("source", source));
            added += 2;
            if (answers.Score(context.At) is { } score)
            {
                context.Add("rum_satisfaction_score", score, ("source", source));
                added++;
            }
        }
        return added;
    }
}
