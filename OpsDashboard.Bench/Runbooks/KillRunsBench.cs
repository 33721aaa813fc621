using System.Diagnostics;
using System.Globalization;
using OpsDashboard.Bench.Collect;

namespace OpsDashboard.Bench.Runbooks;

/// <summary>
/// <c>killruns [times]</c>: the real program with runs going is killed with signal 9 at a random moment and started again, over and over, on the same data. Its
/// steps are not idempotent: each writes one marker into a file. Meanwhile somebody starts runs, gives those in line their turn, and says to those that were
/// interrupted what a person would who looked at the markers. At the end: no step ran twice, no run is lost, no lock and no mute is left, no child runs on,
/// and the audit chain is whole.
/// </summary>
static class KillRunsBench
{
    const int Settles = 10;
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(8), UntilTakenOver = TimeSpan.FromSeconds(25), Last = TimeSpan.FromMinutes(3);

    public static async Task<int> RunAsync(string[] arguments)
    {
        var times = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 100;
        using var launch = new Launch();
        var settings = await launch.CatalogueAsync("scrape_configs: []\n");
        var markers = new Markers(Path.Combine(launch.Folder, "markers"));
        KilledRunbooks.Write(settings["Catalogue__Path"], markers.File);
        foreach (var (name, value) in BenchRunbooks.Settings)
            settings[name] = value;
        var person = new KilledPerson(launch, markers);
        var verdict = new KillVerdict(Path.Combine(launch.Folder, "data"), markers);
        for (var round = 1; round <= times; round++)
        {
            var (process, client) = launch.StartProgram(settings);
            await Launch.AnswersAsync(new(client.BaseAddress!, "health/live"));
            // Now and then the leases of the dead run out, so that what it left is found again.
            var life = Random.Shared.NextDouble() * Longest + (round % Settles == 0 ? UntilTakenOver : TimeSpan.Zero);
            await LiveAsync(process, client, person, life);
            await verdict.AuditAsync(round);
            if (round % Settles == 0)
                Console.WriteLine($"after {round} kills: {person.Words}; {verdict.Words}");
        }
        return await SettleAsync(launch, settings, person, verdict) ? 0 : 1;
    }

    static async Task LiveAsync(Process process, HttpClient client, KilledPerson person, TimeSpan life)
    {
        using var end = new CancellationTokenSource();
        var busy = person.WorkAsync(new(client), isStarting: true, end.Token);
        await Task.Delay(life, TimeProvider.System);
        // It alone, as a crash would: what it started runs on.
        process.Kill();
        await end.CancelAsync();
        await process.WaitForExitAsync();
        await busy;
        client.Dispose();
    }

    static async Task<bool> SettleAsync(Launch launch, Dictionary<string, string> settings, KilledPerson person, KillVerdict verdict)
    {
        var (process, client) = launch.StartProgram(settings);
        await Launch.AnswersAsync(new(client.BaseAddress!, "health/live"));
        var api = new RunsApi(client);
        using var end = new CancellationTokenSource(Last);
        var busy = person.WorkAsync(api, isStarting: false, end.Token);
        using var tick = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (!end.IsCancellationRequested && (await api.ListAsync("&open=true")).Count > 0)
            await tick.WaitForNextTickAsync();
        await end.CancelAsync();
        await busy;
        var runs = await api.ListAsync();
        process.Kill();
        await process.WaitForExitAsync();
        client.Dispose();
        Console.WriteLine($"at the end: {person.Words}");
        return await verdict.JudgeAsync(runs, person);
    }
}
