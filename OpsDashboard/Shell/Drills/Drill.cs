using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OpsDashboard.Storage;

namespace OpsDashboard.Shell.Drills;

public enum DrillState
{
    Running,

    /// <summary>A runbook was effective.</summary>
    Passed,

    /// <summary>It got green by something else, or not at all in time.</summary>
    Failed,

    /// <summary>Somebody ended it before.</summary>
    Abandoned,
}

/// <summary>An exercise on a simulated system: a fault, the alert, who took it, the runbooks, green. Times are the program's, not the person's.</summary>
public sealed class Drill : IVersioned
{
    /// <summary>What is not green by then has failed; the fault ends with it.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(30);

    public required Guid Id { get; init; }
    public required string SystemId { get; init; }

    /// <summary>The fault's kind.</summary>
    public required string Fault { get; init; }

    /// <summary>Id of the actor.</summary>
    public required string StartedBy { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public DrillState State { get; set; }

    /// <summary>The first alert of the system that fired afterwards.</summary>
    public Guid? AlertId { get; set; }
    public string? AlertName { get; set; }
    public DateTimeOffset? DetectedAt { get; set; }
    public DateTimeOffset? AcknowledgedAt { get; set; }

    /// <summary>Id of the actor who acknowledged first.</summary>
    public string? AcknowledgedBy { get; set; }

    /// <summary>When the alert was resolved.</summary>
    public DateTimeOffset? GreenAt { get; set; }

    /// <summary>The runbook that was effective.</summary>
    public string? RunbookId { get; set; }

    /// <summary>Runs for the alert that ended otherwise than effective.</summary>
    public int WrongTurns { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
    public int Version { get; set; }

    public bool IsOver => State != DrillState.Running;

    /// <summary>
    /// 0 to 100; null where it was not passed. A second to acknowledge beyond 60 costs a tenth of a point, a second from alert to green beyond five
    /// minutes a thirtieth, each wrong turn 15 points. Detecting is the rules' work and costs nobody anything.
    /// </summary>
    public int? Score => State != DrillState.Passed || DetectedAt is not { } detected || GreenAt is not { } green ? null
        : (int)Math.Clamp(Math.Round(100 - (Beyond((AcknowledgedAt ?? green) - detected, 60) / 10) - (Beyond(green - detected, 300) / 30) - (15 * WrongTurns)), 0, 100);

    static double Beyond(TimeSpan time, double seconds) => Math.Max(0, time.TotalSeconds - seconds);

    sealed class Table : IEntityTypeConfiguration<Drill>
    {
        public void Configure(EntityTypeBuilder<Drill> builder)
        {
            builder.HasKey(drill => drill.Id);
            builder.Property(drill => drill.Id).ValueGeneratedNever();
            builder.Property(drill => drill.SystemId).HasMaxLength(64);
            builder.Property(drill => drill.Fault).HasMaxLength(64);
            builder.Property(drill => drill.StartedBy).HasMaxLength(64);
            builder.Property(drill => drill.AcknowledgedBy).HasMaxLength(64);
            builder.Property(drill => drill.AlertName).HasMaxLength(200);
            builder.Property(drill => drill.RunbookId).HasMaxLength(130);
            builder.Property(drill => drill.State).HasConversion<string>().HasMaxLength(16);
            builder.HasIndex(drill => drill.State);
            builder.HasIndex(drill => drill.StartedAt);
        }
    }
}

/// <summary>On the LiveBus, after the change is in the database.</summary>
public sealed record DrillChanged(Guid DrillId);
