using OpsDashboard.Alerts;
using OpsDashboard.Alerts.Silences;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.Collectors;
using Xunit;

namespace OpsDashboard.Tests.Alerts;

public sealed class HealthRuleTests
{
    static readonly DateTimeOffset Now = new(2026, 11, 20, 3, 14, 0, TimeSpan.Zero);

    static readonly MonitoredSystem Game = new()
    {
        Id = "case-opening",
        Name = "Case Opening Game",
        Short = "CG",
        Components = [new("api", "API", "api", ["database"]), new("database", "Database", "database", [])],
        Targets = [],
    };

    [Fact]
    public void Compute_EverythingAnswers_IsOk()
    {
        var health = Compute([Probe("health", ok: true), Source(ok: true)]);

        Assert.Equal(Health.Ok, health.State.Health);
        Assert.Equal("Its one watched component is healthy", health.State.Reason);
    }

    [Fact]
    public void Compute_NothingCollectedYet_IsUnknownAndNotGreen() =>
        Assert.Equal(Health.Unknown, Compute([]).State.Health);

    [Fact]
    public void Compute_AllProbesOfAComponentFail_IsCriticalWithTheReason()
    {
        var health = Compute([Probe("health", ok: false), Probe("cases", ok: false), Source(ok: false)]);

        Assert.Equal(Health.Critical, health.State.Health);
        Assert.Equal("API does not answer: 2 of 2 probes failed, connection refused", health.State.Reason);
        Assert.Equal(Health.Critical, health.Components["api"].Health);
        Assert.False(health.Components.ContainsKey("database"), "nothing watches it: it must not look green");
    }

    [Fact]
    public void Compute_ProbesFailOverWhatWasAnswered_DoesNotSayThatNothingAnswers()
    {
        var stale = Probe("health", ok: false) with { Failure = CollectFailure.AssertionFailed, Reason = "last_updated is 9 min old" };

        Assert.Equal("API is not well: its probe failed, last_updated is 9 min old", Compute([stale]).State.Reason);
    }

    [Fact]
    public void Compute_SomeProbesFail_IsAWarning() =>
        Assert.Equal(Health.Warning, Compute([Probe("health", ok: true), Probe("cases", ok: false)]).State.Health);

    [Fact]
    public void Compute_OnlyTheSourceIsSilent_IsUnknown()
    {
        var health = Compute([Probe("health", ok: true), Source(ok: false)]);

        Assert.Equal(Health.Unknown, health.State.Health);
        Assert.Equal("No samples from API: connection refused", health.State.Reason);
    }

    [Fact]
    public void Compute_WhatIsReadThroughAComponentThatIsDown_IsUnknown()
    {
        var through = Probe("check", ok: false) with { ComponentId = "database", Through = "api" };
        var health = Compute([Probe("health", ok: false), Source(ok: false), through]);
        Assert.Equal((Health.Critical, "API does not answer: its probe failed, connection refused"), (health.State.Health, health.State.Reason));
        Assert.Equal((Health.Unknown, "Database is read through API, which is down"), (health.Components["database"].Health, health.Components["database"].Reason));

        // Where the one that answers is up, and where another probe asks the component itself, a failure is its own.
        Assert.Equal(Health.Critical, Compute([Probe("health", ok: true), through]).Components["database"].Health);
        Assert.Equal(Health.Critical, Compute([Probe("health", ok: false), Source(ok: true), through]).Components["database"].Health);
        Assert.Equal(Health.Critical, Compute([Probe("health", ok: false), through, through with { TargetId = "own", Through = null }]).Components["database"].Health);
        Assert.Equal(Health.Unknown, Compute([Probe("health", ok: false), through, through with { TargetId = "own", Through = null, IsOk = true }]).Components["database"].Health);
    }

    [Fact]
    public void Compute_CriticalAndUnknown_CriticalComesFirst()
    {
        var health = Compute([Source(ok: false)], [Alert(AlertState.Firing, "critical")]);

        Assert.Equal(Health.Critical, health.State.Health);
        Assert.Equal([Health.Critical, Health.Unknown], health.Causes.Select(cause => cause.State.Health));
    }

    [Theory]
    [InlineData(AlertState.Firing, "critical", Health.Critical)]
    [InlineData(AlertState.Firing, "warning", Health.Warning)]
    [InlineData(AlertState.Firing, "info", Health.Ok)]
    [InlineData(AlertState.Pending, "critical", Health.Warning)]
    [InlineData(AlertState.Pending, "warning", Health.Ok)]
    [InlineData(AlertState.Resolved, "critical", Health.Ok)]
    public void Compute_Alert_CountsByStateAndSeverity(AlertState state, string severity, Health expected) =>
        Assert.Equal(expected, Compute([Source(ok: true)], [Alert(state, severity)]).State.Health);

    [Fact]
    public void Compute_AlertOfAnotherSystem_DoesNotCount() =>
        Assert.Equal(Health.Ok, Compute([Source(ok: true)], [Alert(AlertState.Firing, "critical", "liap-tui")]).State.Health);

    [Fact]
    public void Compute_StateUnchanged_KeepsItsBeginning()
    {
        var first = HealthRule.Compute(Game, [Source(ok: true)], [], null, Now);
        var second = HealthRule.Compute(Game, [Source(ok: true)], [], first, Now.AddMinutes(5));

        Assert.Equal(Now, second.State.Since);
    }

    [Fact]
    public void Compute_StateChanged_BeginsAnew()
    {
        var first = HealthRule.Compute(Game, [Probe("health", ok: false)], [], null, Now.AddMinutes(-9));
        var second = HealthRule.Compute(Game, [Probe("health", ok: true)], [], first, Now);

        Assert.Equal(Health.Ok, second.State.Health);
        Assert.Equal(Now, second.State.Since);
    }

    [Fact]
    public void Compute_OnlyTheFirstTryFailed_IsUnknownUntilTheSecond()
    {
        var health = Compute([Probe("health", ok: false) with { IsFirstTry = true }, Source(ok: true)]);
        Assert.Equal((Health.Unknown, "API: collecting, the first try failed, connection refused"), (health.State.Health, health.State.Reason));

        // One second try is enough: the component has been asked twice.
        Assert.Equal(Health.Critical, Compute([Probe("health", ok: false), Probe("cases", ok: false) with { IsFirstTry = true }]).State.Health);
        Assert.Equal(Health.Ok, Compute([Probe("health", ok: true), Probe("cases", ok: false) with { IsFirstTry = true }]).State.Health);
    }

    [Fact]
    public void Compute_InAMaintenanceWindow_IsMaintenanceAndSaysWhatIsWrongMeanwhile()
    {
        var health = Compute([Probe("health", ok: false), Source(ok: true)], [Alert(AlertState.Firing, "critical")], Window(("system", "case-opening")));
        Assert.Equal((Health.Maintenance, "Ada"), (health.State.Health, health.State.Owner));
        Assert.Contains("In maintenance until 2026-11-20 04:14 UTC: moving house.", health.State.Reason);
        Assert.Contains(health.Causes, cause => cause.State.Reason.Contains("Meanwhile: ", StringComparison.Ordinal));
        Assert.All(health.Causes, cause => Assert.Equal(Health.Maintenance, cause.State.Health));

        // Nothing is wrong, and still it is no green: somebody works there.
        Assert.Equal(Health.Maintenance, Compute([Source(ok: true)], null, Window(("system", "case-opening"))).State.Health);
    }

    [Fact]
    public void Compute_WindowOverSomethingElse_HidesNothing()
    {
        TargetReport[] failing = [Probe("health", ok: false)];
        Assert.Equal(Health.Critical, Compute(failing, null, Window(("system", "liap-tui"))).State.Health);
        Assert.Equal(Health.Critical, Compute(failing, null, Window(("system", "case-opening"), ("component", "database"))).State.Health);
        Assert.Equal(Health.Critical, Compute(failing, null, Window(("system", "case-opening"), ("alertname", "Heap"))).State.Health);
        Assert.Equal(Health.Critical, Compute(failing, null, Window(("system", "case-opening")) with { Kind = SilenceKind.Silence }).State.Health);
        Assert.Equal(Health.Critical, Compute(failing, null, Window(("system", "case-opening")) with { StartsAt = Now.AddMinutes(1) }).State.Health);
        Assert.Equal(Health.Critical, Compute(failing, null, Window(("system", "case-opening")) with { EndsAt = Now }).State.Health);
    }

    [Fact]
    public void Compute_WindowOverOneComponent_LeavesTheOthersTheirState()
    {
        var window = Window(("system", "case-opening"), ("component", "database"));
        var health = Compute([Probe("health", ok: true), Source(ok: true)], null, window);
        Assert.Equal((Health.Ok, Health.Maintenance), (health.Components["api"].Health, health.Components["database"].Health));
        Assert.Equal(Health.Critical, Compute([Probe("health", ok: false)], null, window).State.Health);
    }

    [Fact]
    public void Compute_WindowOverTheSystem_MarksItsHealthyComponentsToo()
    {
        var window = Window(("system", "case-opening"));
        var quiet = Compute([Probe("health", ok: true), Source(ok: true)], null, window);
        Assert.All(["api", "database"], component => Assert.Equal(Health.Maintenance, quiet.Components[component].Health));
        Assert.Contains("moving house", quiet.Components["api"].Reason);

        // What is wrong with one says nothing of the other, and the window holds for both.
        var broken = Compute([Probe("health", ok: false)], null, window);
        Assert.Equal((Health.Maintenance, Health.Maintenance), (broken.Components["api"].Health, broken.Components["database"].Health));
        Assert.Contains("Meanwhile: API does not answer", broken.Components["api"].Reason);
        Assert.DoesNotContain("Meanwhile", broken.Components["database"].Reason);
    }

    static Silence Window(params (string Name, string Value)[] matchers) => new()
    {
        Id = Guid.CreateVersion7(Now),
        Matchers = [.. matchers.Select(matcher => new LabelMatcher(matcher.Name, MatchKind.Equal, matcher.Value))],
        StartsAt = Now.AddHours(-1),
        EndsAt = Now.AddHours(1),
        Reason = "moving house.",
        Kind = SilenceKind.Maintenance,
        CreatorId = "ada",
        CreatorName = "Ada",
        CreatedAt = Now,
        UpdatedAt = Now,
        Version = 1,
    };

    static SystemHealth Compute(TargetReport[] reports, Alert[]? alerts, Silence silence) => HealthRule.Compute(Game, reports, alerts ?? [], null, Now, [silence]);

    [Fact]
    public void Compute_AlertThatSomebodyHas_NamesTheOwnerAndTheAlert()
    {
        var alert = Alert(AlertState.Firing, "critical");
        var down = AnAlert.Of("ComponentDown", "case-opening", "api") with { RuleId = "case-opening/sources/ComponentDown" };

        var taken = HealthRule.Compute(Game, [Probe("health", ok: true)], [alert], null, Now, ownerOf: id => id == alert.Id ? "Ana" : null);
        Assert.Equal(("Ana", "Ana", alert.Id), (taken.State.Owner, taken.Components["api"].Owner, Assert.Single(taken.Causes).AlertId));
        Assert.Null(Compute([Probe("health", ok: true)], [alert]).State.Owner);
        Assert.Equal(down.Id, Assert.Single(Compute([Probe("health", ok: false)], [down]).Causes).AlertId);
    }

    static SystemHealth Compute(TargetReport[] reports, Alert[]? alerts = null) => HealthRule.Compute(Game, reports, alerts ?? [], null, Now);

    static TargetReport Probe(string job, bool ok) => Report(job, isProbe: true, ok);

    static TargetReport Source(bool ok) => Report("metrics", isProbe: false, ok);

    static TargetReport Report(string job, bool isProbe, bool ok) =>
        new(Game.Id, "api", $"case-opening/api/{job}/x", isProbe, ok, Now.AddSeconds(-41), ok ? 0 : 3, ok ? null : "connection refused");

    static Alert Alert(AlertState state, string severity, string system = "case-opening") => AnAlert.Of("MemoryUsage", system, "api", severity) with
    {
        State = state,
        Annotations = new Dictionary<string, string> { ["summary"] = "Heap is 162 MB, limit 150 MB" },
        ActiveAt = Now.AddMinutes(-4),
        For = TimeSpan.FromSeconds(10),
    };
}
