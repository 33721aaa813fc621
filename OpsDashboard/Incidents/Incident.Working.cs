using OpsDashboard.Audit;
using OpsDashboard.Incidents.Timeline;

namespace OpsDashboard.Incidents;

public sealed partial record Incident
{
    public Incident PhasesTaken(string template, string title, IReadOnlyList<Phase> phases, Actor by, DateTimeOffset at)
    {
        DemandOpen();
        if (template == Template)
            throw new IncidentStateException("These phases are being followed already.");
        return (this with { Template = template, Phases = phases }).Said(EntryKind.Phase, at, $"Follows “{title}”: {string.Join(", ", phases.Select(phase => phase.Name))}", by);
    }

    /// <summary>Ticks a step of a phase, or takes the tick back.</summary>
    public Incident Ticked(string phase, string step, bool isDone, Actor by, DateTimeOffset at)
    {
        var found = Phases.FirstOrDefault(one => one.Name == phase)?.Steps.FirstOrDefault(one => one.Text == step) ?? throw new IncidentStateException($"{Name} has no such step.");
        if (found.IsDone == isDone)
            return this;
        var ticked = found with { DoneAt = isDone ? at : null, DoneByName = isDone ? by.Name : null };
        return (this with { Phases = [.. Phases.Select(one => one.Name == phase ? one with { Steps = [.. one.Steps.Select(other => other == found ? ticked : other)] } : one)] })
            .Said(EntryKind.Phase, at, $"{phase}: {step} – {(isDone ? "done" : "not done after all")}", by);
    }

    public Incident TaskAdded(IncidentTask task, Actor by, DateTimeOffset at) =>
        (this with { Tasks = [.. Tasks, task] }).Said(EntryKind.Task, at, $"{(task.IsAction ? "Action item" : "Task")}{(task.OwnerName is { } owner ? $" for {owner}" : "")}: {task.Text}{(task.DueAt is { } due ? $" (due {due.UtcDateTime:yyyy-MM-dd HH:mm} UTC)" : "")}", by);

    public Incident TaskAccepted(Guid id, Actor by, DateTimeOffset at)
    {
        var task = Task(id);
        return task.AcceptedAt is not null ? this
            : With(task with { AcceptedAt = at, OwnerId = by.Id, OwnerName = by.Name }).Said(EntryKind.Task, at, $"{by.Name} does: {task.Text}", by);
    }

    public Incident TaskDone(Guid id, Actor by, DateTimeOffset at)
    {
        var task = Task(id);
        return task.DoneAt is not null ? this
            : With(task with { DoneAt = at, AcceptedAt = task.AcceptedAt ?? at, OwnerName = task.OwnerName ?? by.Name, OwnerId = task.OwnerId ?? by.Id }).Said(EntryKind.Task, at, $"Done: {task.Text}", by);
    }

    public Incident Reviewed(Review review, string what, Actor by, DateTimeOffset at)
    {
        if (Status != IncidentStatus.Resolved)
            throw new IncidentStateException("A review is written when the incident is resolved.");
        return review == Review ? this : (this with { Review = review }).Said(EntryKind.Note, at, what, by);
    }

    IncidentTask Task(Guid id) => Tasks.FirstOrDefault(task => task.Id == id) ?? throw new IncidentStateException($"{Name} has no such task.");

    Incident With(IncidentTask task) => this with { Tasks = [.. Tasks.Select(old => old.Id == task.Id ? task : old)] };
}
