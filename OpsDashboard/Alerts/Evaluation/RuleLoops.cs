using OpsDashboard.Metrics;

namespace OpsDashboard.Alerts.Evaluation;

/// <summary>The running loops, one a group: a slow group delays no other. Not thread-safe; driven by the host.</summary>
sealed class RuleLoops(RuleSetting rules, LoopSetting loops) : IAsyncDisposable
{
    sealed record Running(string Key, GroupLoop Loop, Task Task, CancellationTokenSource Stop)
    {
        readonly Lock gate = new();
        Task? end;

        // Whoever ends it while another does waits for the same end: the program stops while groups are being exchanged.
        public Task EndAsync()
        {
            lock (gate)
                return end ??= StopAsync();
        }

        async Task StopAsync()
        {
            await Stop.CancelAsync();
            await Task;
            Loop.Dispose();
            Stop.Dispose();
        }
    }

    Dictionary<(string, string), Running> running = [];

    public IReadOnlyList<RuleGroupStatus> Statuses => [.. running.Values.Select(each => each.Loop.Run.Status)];

    public IEnumerable<Alert> Open => running.Values.SelectMany(each => each.Loop.Run.AlertRules).SelectMany(rule => rule.Open);

    /// <summary>
    /// Lets exactly these groups run. What did not change goes on undisturbed; a rule whose words changed keeps the alerts of the same label sets.
    /// </summary>
    /// <param name="restored">Open alerts of before, by rule.</param>
    /// <returns>The ends of alerts whose rule is gone.</returns>
    public async Task<IReadOnlyList<AlertChange>> TakeAsync(IEnumerable<(string SystemId, RuleGroup Group)> groups, ILookup<string, Alert> restored, ILookup<ulong, DateTimeOffset> fired, CancellationToken stop)
    {
        var wanted = groups.Select(each => (Place: (each.SystemId, each.Group.Name), each.Group, Key: RuleSet.Key(each.Group))).DistinctBy(each => each.Place).ToArray();
        var kept = wanted.Where(each => running.TryGetValue(each.Place, out var known) && known.Key == each.Key).Select(each => each.Place).ToHashSet();
        var ended = running.Where(each => !kept.Contains(each.Key)).ToArray();
        foreach (var (_, each) in ended)
            await each.EndAsync();
        var oldRuns = ended.SelectMany(each => each.Value.Loop.Run.Runs).ToLookup(run => run.Rule.Id);
        var used = new HashSet<RuleRun>();
        var next = kept.ToDictionary(place => place, place => running[place]);
        foreach (var (place, group, key) in wanted.Where(each => !kept.Contains(each.Place)))
            next[place] = Start(new(place.SystemId, group, rules, rule => Reuse(rule, oldRuns, used)), key, restored, fired, oldRuns, stop);
        running = next;
        return Retire(oldRuns, used);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var each in running.Values)
            await each.EndAsync();
        running.Clear();
    }

    static RuleRun? Reuse(GroupRule rule, ILookup<string, RuleRun> before, HashSet<RuleRun> used)
    {
        var same = before[rule.Id].FirstOrDefault(run => RuleSet.Key(run.Rule) == RuleSet.Key(rule));
        if (same is not null)
            used.Add(same);
        return same;
    }

    Running Start(GroupRun run, string key, ILookup<string, Alert> restored, ILookup<ulong, DateTimeOffset> fired, ILookup<string, RuleRun> before, CancellationToken stop)
    {
        foreach (var rule in run.AlertRules.Where(rule => rule.Status.EvaluatedAt is null))
            rule.Restore(before[rule.Rule.Id].OfType<AlertRuleRun>().SelectMany(old => old.Open).Concat(restored[rule.Rule.Id]), fired);
        var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var loop = new GroupLoop(run, loops);
        return new(key, loop, Task.Run(() => loop.RunAsync(ending.Token), CancellationToken.None), ending);
    }

    // A rule that lives on under new words has taken the alerts over; of one that is gone they end.
    List<AlertChange> Retire(ILookup<string, RuleRun> before, HashSet<RuleRun> used)
    {
        var at = DateTimeOffset.FromUnixTimeMilliseconds(loops.Stamps.Now);
        var alive = running.Values.SelectMany(each => each.Loop.Run.Runs).Select(run => run.Rule.Id).ToHashSet();
        var changes = new List<AlertChange>();
        foreach (var run in before.SelectMany(runs => runs).Where(run => !used.Contains(run)))
        {
            var ended = run.End(at);
            if (!alive.Contains(run.Rule.Id))
                changes.AddRange(ended);
        }
        return changes;
    }
}
