using System.Globalization;
using OpsDashboard.Runbooks.Nodes;
using OpsDashboard.Runbooks.Nodes.Local;
using OpsDashboard.Runbooks.Nodes.Streams;

namespace OpsDashboard.Bench.Runbooks;

/// <summary>
/// <c>abort [trees] [trees over SSH]</c>: process trees that are hard to end, each aborted at a moment of its own, here and over a real OpenSSH server on loopback;
/// how many are gone, and within what time from the abort to the verified end.
/// </summary>
static class AbortBench
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    static readonly string[] Scripts =
    [
        "sleep 300 & sleep 300 & echo ready; wait",
        "trap '' TERM INT HUP; sh -c 'trap \"\" TERM; echo ready; while :; do sleep 1; done'",
        "(sh -c 'sleep 300 & sleep 300 &' &) ; sleep 0.1; echo ready; sleep 300",
        "(setsid sh -c 'trap \"\" TERM; (sleep 300 &) ; while :; do sleep 1; done' &) ; sleep 0.1; echo ready; exec sleep 300",
        "(setsid sh -c 'exec >&- 2>&- <&-; trap \"\" TERM; while :; do sleep 1; done' &) ; sleep 0.1; echo ready; exec sleep 300",
        "f() { sh -c 'sleep 0.05' & }; echo ready; trap '' TERM; while :; do f; sleep 0.02; done",
    ];

    public static async Task<int> RunAsync(string[] arguments)
    {
        var local = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 100;
        var remote = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 20;
        var isGood = local == 0 || await RunAsync("local", new LocalNode(new() { AllowLocal = true }, TimeProvider.System), local);
        if (remote == 0)
            return isGood ? 0 : 1;
        using var server = await OwnSshServer.StartAsync();
        return await RunAsync("ssh", server.Node, remote) && isGood ? 0 : 1;
    }

    static async Task<bool> RunAsync(string kind, ICommandNode node, int trees)
    {
        var took = new List<TimeSpan>();
        var byScript = Scripts.Select(_ => new List<double>()).ToArray();
        var (gone, inTime) = (0, 0);
        for (var number = 0; number < trees; number++)
        {
            var watch = new ReadyWatch();
            using var abort = new CancellationTokenSource();
            var running = node.RunAsync(new(["sh", "-c", Scripts[number % Scripts.Length]]) { Timeout = TimeSpan.FromMinutes(5) }, watch, abort.Token);
            await Task.WhenAny(watch.Ready, running);
            await Task.Delay(Random.Shared.Next(0, 200));
            var began = TimeProvider.System.GetTimestamp();
            await abort.CancelAsync();
            var result = await running;
            took.Add(TimeProvider.System.GetElapsedTime(began));
            var isGone = result.End == CommandEnding.Aborted && ChildProcesses.Count($"{CommandHandle.Variable}={watch.Handle!.Marker}") == 0;
            gone += isGone ? 1 : 0;
            inTime += isGone && took[^1] <= Limit ? 1 : 0;
            byScript[number % Scripts.Length].Add(took[^1].TotalMilliseconds);
            if (!isGone)
                Console.WriteLine($"{kind} {number}: {result.Sentence}");
        }
        took.Sort();
        Console.WriteLine($"{kind}: {gone} of {trees} trees gone, {inTime} within {Limit.TotalSeconds} s; median {took[took.Count / 2].TotalMilliseconds:0} ms, worst {took[^1].TotalMilliseconds:0} ms");
        Console.WriteLine($"{kind}, worst of each kind of tree: {string.Join(", ", byScript.Where(times => times.Count > 0).Select(times => $"{times.Max():0} ms"))}");
        return inTime == trees;
    }

    sealed class ReadyWatch : ICommandWatch
    {
        readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Ready => ready.Task;

        public CommandHandle? Handle { get; private set; }

        public Task StartedAsync(CommandHandle handle, CancellationToken stop)
        {
            Handle = handle;
            return Task.CompletedTask;
        }

        public void Write(WrittenLine line)
        {
            if (line.Text == "ready")
                ready.TrySetResult();
        }
    }
}
