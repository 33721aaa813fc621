using System.Text;
using static OpsDashboard.Incidents.Leading.MarkdownText;

namespace OpsDashboard.Incidents.Leading;

/// <summary>A review with its facts and the timeline as Markdown. Pure.</summary>
public static class ReviewMarkdown
{
    public static string Of(IncidentRecord record)
    {
        var (incident, facts, review) = (record.Incident, record.Facts, record.Incident.Review ?? new Review());
        var text = new StringBuilder();
        text.Append($"# {Inline($"{incident.Name}: {incident.Title}")}\n\n");
        text.Append($"{Inline($"{incident.SystemId}, {IncidentWords.Of(incident.Severity)}, {IncidentWords.State(incident)}. Review by {review.OwnerName ?? "nobody"}{(review.IsFinished ? $", finished {Time(review.FinishedAt!.Value)} by {review.FinishedByName}" : ", not finished")}.")}\n");
        Part(text, "Summary", review.Summary);
        Part(text, "Cause", review.Cause);
        Part(text, "What went well", review.WentWell);
        Part(text, "What went badly", review.WentBadly);
        Part(text, "Where we were lucky", review.Luck);
        List(text, "Action items", incident.Tasks.Where(task => task.IsAction).Select(task => $"{task.Text} – {task.OwnerName ?? "nobody"}, due {(task.DueAt is { } due ? Time(due) : FactWords.None)}, {(task.DoneAt is { } done ? $"done {Time(done)}" : "open")}"));
        text.Append("\n## Facts\n\n| | |\n|---|---|\n");
        foreach (var (name, value) in FactWords.Of(facts))
            text.Append($"| {Inline(name)} | {Inline(value)} |\n");
        List(text, "Roles", facts.Roles.Select(span => $"{IncidentWords.Of(span.Role)}: {span.Name}, {Time(span.From)} to {(span.Until is { } until ? Time(until) : "the end")}"));
        List(text, "Runs", facts.Runs.Select(FactWords.Of));
        List(text, "Manual steps that took longest", facts.ManualSteps.Select(step => $"{step.Title} ({step.Run.Name}): {IncidentWords.Spoken(step.Took)}"));
        List(text, "Gaps", facts.Gaps.Select(gap => $"nothing from {Time(gap.From)} to {Time(gap.Until)} ({IncidentWords.Spoken(gap.Took)})"));
        List(text, "Timeline", record.Timeline.Select(entry => $"{Time(entry.At)} {entry.Kind}: {entry.Text}{(entry.ByName is { } by ? $" ({by})" : "")}"));
        return text.ToString();
    }

    static void Part(StringBuilder text, string title, string written) => text.Append($"\n## {title}\n\n{(written.Length > 0 ? Block(written) : "*Not written yet.*")}\n");

    static void List(StringBuilder text, string title, IEnumerable<string> items)
    {
        text.Append($"\n## {title}\n\n");
        var count = 0;
        foreach (var item in items)
        {
            text.Append($"- {Inline(item)}\n");
            count++;
        }
        if (count == 0)
            text.Append("None.\n");
    }

    static string Time(DateTimeOffset at) => $"{at.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC";
}
