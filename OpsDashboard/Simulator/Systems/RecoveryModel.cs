using OpsDashboard.Simulator.Exposition;
using OpsDashboard.Simulator.Hosting;
using OpsDashboard.Simulator.Parts;

namespace OpsDashboard.Simulator.Systems;

/// <summary>What the automatic recovery did.</summary>
sealed record RecoveryAction(DateTimeOffset At, string Name, bool Succeeded)
{
    public object Document => new { timestamp = Answers.Stamp(At), action = Name, result = Succeeded ? "success" : "failure" };
}

/// <summary>Liap Tui's automatic recovery: it tries every five seconds while something is wrong, and in vain as long as that lasts.</summary>
sealed class RecoveryModel
{
    const double PauseSeconds = 5;
    const int MostActions = 20;

    readonly Family actions, active, score;
    readonly Queue<RecoveryAction> recent = new();
    double sinceLast;
    bool wasWrong;

    public RecoveryModel(MetricPage page)
    {
        actions = page.Counter("recovery_actions_total", "What the recovery did.", "outcome");
        active = page.Gauge("recovery_active", "1 while the recovery is at work.");
        score = page.Gauge("recovery_stability_score", "Stability, 0 to 100.");
        actions.Set(0, "success");
        actions.Set(0, "failure");
    }

    public IReadOnlyCollection<RecoveryAction> Recent => recent;

    public bool IsActive { get; private set; }

    public double Score { get; private set; } = 99;

    public int Failures { get; private set; }

    public void Step(Moment moment, bool somethingIsWrong, double failureRatio, EventLog log)
    {
        sinceLast += moment.Seconds;
        if (somethingIsWrong && sinceLast >= PauseSeconds)
            Act(new(moment.Now, "reconnect_and_replay", false), log);
        else if (wasWrong && !somethingIsWrong)
            Act(new(moment.Now, "rebuild_state_from_events", true), log);
        wasWrong = somethingIsWrong;
        IsActive = somethingIsWrong;
        var aim = Math.Clamp(99 - (somethingIsWrong ? 35 : 0) - (60 * failureRatio), 0, 100);
        Score += (aim - Score) * (1 - Math.Exp(-moment.Seconds / 3));
        active.Set(IsActive ? 1 : 0);
        score.Set(Math.Round(Score, 1));
    }

    void Act(RecoveryAction action, EventLog log)
    {
        sinceLast = 0;
        actions.Of(action.Succeeded ? "success" : "failure").Add();
        if (!action.Succeeded)
            Failures++;
        recent.Enqueue(action);
        if (recent.Count > MostActions)
            recent.Dequeue();
        log.Write(action.At, action.Succeeded ? "INFO" : "ERROR", "error_tracking", action.Succeeded ? "RECOVERY_SUCCESS" : "RECOVERY_FAILED", new { action = action.Name });
    }
}
