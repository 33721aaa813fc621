namespace OpsDashboard.Simulator.Parts;

/// <summary>Requests and failures of the last 300 seconds, a slot a second. Not thread-safe.</summary>
sealed class RecentRequests
{
    const int Slots = 300;

    readonly int[] requests = new int[Slots];
    readonly int[] failures = new int[Slots];
    long second;

    public void Advance(double unixSeconds)
    {
        var now = (long)unixSeconds;
        for (var passed = Math.Max(second + 1, now - Slots + 1); passed <= now; passed++)
            requests[passed % Slots] = failures[passed % Slots] = 0;
        second = Math.Max(second, now);
    }

    public void Add(bool failed)
    {
        requests[second % Slots]++;
        if (failed)
            failures[second % Slots]++;
    }

    public double FailureRatio(int seconds)
    {
        var all = Sum(requests, seconds);
        return all == 0 ? 0 : (double)Sum(failures, seconds) / all;
    }

    public double PerSecond => Sum(requests, 10) / 10.0;

    int Sum(int[] slots, int seconds)
    {
        var sum = 0;
        for (var back = 0; back < Math.Min(seconds, Slots); back++)
            sum += slots[(second - back + Slots) % Slots];
        return sum;
    }
}
