using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using OpsDashboard.Alerts;
using OpsDashboard.Alerts.Handling;
using OpsDashboard.Alerts.Lists;
using OpsDashboard.Alerts.Notifications;
using OpsDashboard.Alerts.Silences;
using OpsDashboard.Audit;
using OpsDashboard.Live;
using OpsDashboard.Live.Replicas;
using OpsDashboard.Metrics;
using OpsDashboard.Storage;

namespace OpsDashboard.Bench.Alerts;

/// <summary>
/// <c>acknowledge [alerts] [PostgreSQL connection string]</c>: so many open alerts acknowledged together, as the button "All" does it, from the call
/// to the answer (one statement, one audit entry, durable); then what the list of them costs. SQLite where no (empty) database is named.
/// </summary>
static class AcknowledgeBench
{
    const int Rounds = 9;
    const double Reach = 200;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var count = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 10_000;
        var postgres = arguments.ElementAtOrDefault(1);
        var folder = Directory.CreateTempSubdirectory("ops-bench-acknowledge").FullName;
        try
        {
            using var contexts = new OpsContextFactory(new() { DataDirectory = folder, Provider = postgres is null ? StorageProvider.Sqlite : StorageProvider.Postgres, ConnectionString = postgres });
            await new Schema(contexts, [new AuditGuard()], TimeProvider.System, NullLogger<Schema>.Instance).UpdateAsync(CancellationToken.None);
            return await MeasureAsync(contexts, count);
        }
        finally
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
    }

    static async Task<int> MeasureAsync(OpsContextFactory contexts, int count)
    {
        var (clock, bus, replicas) = (TimeProvider.System, new LiveBus(NullLogger<LiveBus>.Instance), new NoReplicas());
        await using var audit = new AuditLog(contexts, clock);
        var store = new AlertStore(contexts);
        var book = new AlertBook(store, bus, replicas, clock, NullLogger<AlertBook>.Instance);
        var acknowledgements = new Acknowledgements(book, contexts, audit, bus, replicas, clock);
        var options = new NotificationOptions("http://localhost");
        var handled = new HandledAlerts(new(book, store), acknowledgements, new SilenceBook(book, contexts, audit, bus, replicas, options, clock), options);
        var person = new Actor($"{Guid.NewGuid()}", "Ana", ActorKind.Person, [new(Role.Responder, null)]);
        var alerts = Enumerable.Range(0, count).Select(number => Firing(number, clock.Now())).ToArray();
        await book.RecordAsync([.. alerts.Select(alert => new AlertChange(AlertState.Pending, alert, alert.ActiveAt))], [], null, CancellationToken.None);
        Guid[] ids = [.. alerts.Select(alert => alert.Id)];
        var (taken, listed) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            var began = clock.GetTimestamp();
            var outcome = await acknowledgements.AcknowledgeAsync(person, ids, new("all of it"), CancellationToken.None);
            taken.Add(clock.GetElapsedTime(began).TotalMilliseconds);
            if (outcome.Changed.Count != count)
                throw new InvalidOperationException($"{outcome.Changed.Count} of {count} were acknowledged.");
            began = clock.GetTimestamp();
            if (AlertList.From(handled.Current(person), new(), person).Count != count)
                throw new InvalidOperationException("The list does not show them all.");
            listed.Add(clock.GetElapsedTime(began).TotalMilliseconds);
            await acknowledgements.ReleaseAsync(person, ids, CancellationToken.None);
        }
        Console.WriteLine($"{count:N0} open alerts acknowledged together, {contexts.Options.Provider}: first {taken[0]:0} ms, median {Median(taken):0} ms, worst {taken.Max():0} ms of {Rounds}");
        Console.WriteLine($"the list of them, bundled and ordered: first {listed[0]:0} ms, median {Median(listed):0} ms");
        return Median(taken) <= Reach ? 0 : 1;
    }

    static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    static Alert Firing(int number, DateTimeOffset at)
    {
        var labels = Labels.From([new("alertname", $"Slow{number % 2}"), new("system", $"system-{number % 5}"), new("severity", "critical"), new("instance", $"web-{number}")]);
        return new()
        {
            Id = Guid.CreateVersion7(at),
            RuleId = $"system-{number % 5}/bench/Slow{number % 2}",
            Name = $"Slow{number % 2}",
            Labels = labels,
            Fingerprint = labels.Fingerprint,
            Annotations = new Dictionary<string, string> { ["summary"] = $"web-{number} is slow" },
            State = AlertState.Firing,
            Value = number,
            ValueAtTrigger = number,
            ActiveAt = at,
            FiredAt = at,
        };
    }
}
