using System.Globalization;

namespace OpsDashboard.Bench.Live;

/// <summary>Live figures: what viewers cost, and how long a sample takes from the scrape's body to the pixel.</summary>
static class LiveBench
{
    const string AlarmRule = """
        groups:
          - name: alarm
            rules:
              - alert: Alarm
                expr: bench_alarm_ms > 0
                labels: { severity: critical }
                annotations: { summary: 'Alarm {{ printf "%.0f" $value }} rings' }
        """;

    /// <summary><c>viewers [count] [seconds]</c>: hub connections that follow 12 series at 1 Hz each.</summary>
    public static async Task<int> ViewersAsync(string[] arguments)
    {
        var count = arguments.ElementAtOrDefault(0) ?? "1000";
        var seconds = arguments.ElementAtOrDefault(1) ?? "30";
        await using var server = await LiveServer.StartAsync(new());
        var expressions = Enumerable.Range(0, 12).Select(n => $"bench_value{{system=\"bench\",n=\"{n}\"}}");
        return await NodeScript.RunAsync("Live/viewers.mjs", [server.Address, LiveServer.Token, count, seconds, server.ProcessId.ToString(CultureInfo.InvariantCulture), .. expressions]);
    }

    /// <summary><c>latency [seconds]</c>: one Chromium and 99 hub connections, simulator on.</summary>
    public static async Task<int> LatencyAsync(string[] arguments)
    {
        var seconds = arguments.ElementAtOrDefault(0) ?? "60";
        await using var server = await LiveServer.StartAsync(new(Simulator: true));
        return await NodeScript.RunAsync("Live/latency.mjs", [server.Address, LiveServer.Email, LiveServer.Password, LiveServer.Token, seconds]);
    }

    /// <summary><c>alert [seconds]</c>: from the body of the scrape that makes a rule of <c>for: 0s</c> true to the alert's text on the overview, simulator on.</summary>
    public static async Task<int> AlertAsync(string[] arguments)
    {
        var seconds = arguments.ElementAtOrDefault(0) ?? "240";
        await using var server = await LiveServer.StartAsync(new(Simulator: true, Rules: AlarmRule));
        return await NodeScript.RunAsync("Live/alert.mjs", [server.Address, LiveServer.Email, LiveServer.Password, seconds]);
    }
}
