namespace OpsDashboard.Alerts.Evaluation;

/// <summary>A group's rules, evaluated in order. Not thread-safe but for <see cref="Status"/>.</summary>
sealed class GroupRun
{
    /// <summary>In the group's order; null for a rule that is off.</summary>
    readonly RuleRun?[] slots;
    volatile RuleGroupStatus status;

    public GroupRun(string systemId, RuleGroup group, RuleSetting setting, Func<GroupRule, RuleRun?>? before = null)
    {
        (SystemId, Group) = (systemId, group);
        slots = [.. group.Rules.Select(rule => rule is AlertRule { Extras.Off: not null } ? null : before?.Invoke(rule) ?? Create(rule, systemId, setting))];
        Runs = [.. slots.OfType<RuleRun>()];
        status = new(systemId, group, null, TimeSpan.Zero, 0, []);
        status = status with { Rules = Statuses() };
    }

    public string SystemId { get; }

    public RuleGroup Group { get; }

    public IReadOnlyList<RuleRun> Runs { get; }

    public IEnumerable<AlertRuleRun> AlertRules => Runs.OfType<AlertRuleRun>();

    public RuleGroupStatus Status => status;

    /// <summary>Evaluates every rule, or those of an event only, which leaves the group's own figures as they are.</summary>
    /// <returns>What changed, in order.</returns>
    public async ValueTask<IReadOnlyList<AlertChange>> EvaluateAsync(DateTimeOffset at, IReadOnlyCollection<RuleRun>? only, TimeProvider clock, CancellationToken stop)
    {
        var begin = clock.GetTimestamp();
        List<AlertChange>? changes = null;
        var instant = EvaluationInstant.Of(Group, at);
        foreach (var run in only is null ? Runs : Runs.Where(only.Contains))
        {
            var changed = await run.EvaluateAsync(instant, stop);
            if (changed.Count > 0)
                (changes ??= []).AddRange(changed);
        }
        status = only is null
            ? status with { EvaluatedAt = at, Duration = clock.GetElapsedTime(begin), Rules = Statuses() }
            : status with { Rules = Statuses() };
        return changes ?? (IReadOnlyList<AlertChange>)[];
    }

    public void Missed(long ticks)
    {
        foreach (var run in Runs)
            run.Missed(ticks);
        status = status with { MissedTicks = status.MissedTicks + ticks, Rules = Statuses() };
    }

    RuleStatus[] Statuses()
    {
        var statuses = new RuleStatus[slots.Length];
        for (var i = 0; i < slots.Length; i++)
            statuses[i] = slots[i]?.Status ?? new(SystemId, Group.Rules[i], RuleHealth.Unknown, null, null, TimeSpan.Zero, 0);
        return statuses;
    }

    static RuleRun Create(GroupRule rule, string systemId, RuleSetting setting) => rule switch
    {
        AlertRule alert => new AlertRuleRun(alert, systemId, setting),
        RecordingRule recording => new RecordingRuleRun(recording, systemId, setting),
        _ => throw new ArgumentOutOfRangeException(nameof(rule), rule, "Neither an alerting nor a recording rule."),
    };
}
