namespace OpsDashboard.Bench.Runbooks;

/// <summary>How long pages take to their last byte while something else goes on.</summary>
static class PageTimes
{
    /// <summary>Asks for each in turn at the pace, until the work has ended.</summary>
    public static async Task<Dictionary<string, List<double>>> MeasureAsync(HttpClient client, IReadOnlyList<string> pages, TimeSpan pace, Task work)
    {
        var times = pages.ToDictionary(path => path, _ => new List<double>());
        using var tick = new PeriodicTimer(pace);
        while (!work.IsCompleted)
        {
            foreach (var path in pages)
            {
                var began = TimeProvider.System.GetTimestamp();
                using var answer = await client.GetAsync(path);
                await answer.Content.ReadAsByteArrayAsync();
                answer.EnsureSuccessStatusCode();
                times[path].Add(TimeProvider.System.GetElapsedTime(began).TotalMilliseconds);
            }
            await tick.WaitForNextTickAsync();
        }
        await work;
        return times;
    }

    /// <returns>Whether 99 of 100 answers of each came within so many milliseconds.</returns>
    public static bool Write(Dictionary<string, List<double>> measured, double reach)
    {
        foreach (var (path, times) in measured)
            Console.WriteLine($"{path}: {times.Count} answers, median {Part(times, 0.5):0} ms, p95 {Part(times, 0.95):0} ms, p99 {Part(times, 0.99):0} ms, worst {times.Max():0} ms");
        return measured.Values.All(times => Part(times, 0.99) < reach);
    }

    static double Part(List<double> times, double part) => times.Order().ElementAt((int)((times.Count - 1) * part));
}
