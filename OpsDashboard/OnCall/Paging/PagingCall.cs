using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OpsDashboard.OnCall.Policies;
using OpsDashboard.Storage;

namespace OpsDashboard.OnCall.Paging;

/// <summary>The escalation of one matter, from its first page to its end, as a row.</summary>
public sealed class PagingCall : IVersioned
{
    public const int MaxSentence = 500;

    public required Guid Id { get; init; }
    public required string Kind { get; init; }
    public required string MatterId { get; init; }
    public required string SystemId { get; init; }
    public string? ComponentId { get; init; }
    public required string PolicyId { get; init; }
    public required string Severity { get; set; }
    public required string Sentence { get; set; }
    public required string Address { get; set; }

    /// <summary>The alerts that are paged together, comma-separated ids; empty for other matters.</summary>
    public string Alerts { get; set; } = "";
    public required DateTimeOffset StartedAt { get; init; }
    public int Leg { get; set; }
    public int LegLevel { get; set; }
    public required DateTimeOffset LegAt { get; set; }
    public int Level { get; set; } = -1;
    public int Repeat { get; set; }
    public DateTimeOffset? AcknowledgedAt { get; set; }
    public string? AcknowledgedBy { get; set; }
    public DateTimeOffset? ForgottenAt { get; set; }
    public DateTimeOffset? VoidUntil { get; set; }
    public DateTimeOffset? StoppedAt { get; set; }

    /// <summary>Why it began anew, was passed on or ended, in a clause; empty: nothing to say.</summary>
    public string Note { get; set; } = "";
    public int Version { get; set; } = 1;

    public EscalationState State
    {
        get => new(Leg, LegLevel, LegAt, Level, Repeat) { AcknowledgedAt = AcknowledgedAt, ForgottenAt = ForgottenAt, VoidUntil = VoidUntil, StoppedAt = StoppedAt };
        set => (Leg, LegLevel, LegAt, Level, Repeat, AcknowledgedAt, ForgottenAt, VoidUntil, StoppedAt) =
            (value.Leg, value.LegLevel, value.LegAt, value.Level, value.Repeat, value.AcknowledgedAt, value.ForgottenAt, value.VoidUntil, value.StoppedAt);
    }

    public IReadOnlyList<Guid> AlertIds => [.. Alerts.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Guid.Parse)];

    internal static PagingCall Begin(Guid id, PagedMatter matter, string? component, string policy, DateTimeOffset at) => new()
    {
        Id = id,
        Kind = matter.Kind,
        MatterId = matter.Id,
        SystemId = matter.SystemId,
        ComponentId = component,
        PolicyId = policy,
        Severity = matter.Severity,
        Sentence = Cut(matter.Sentence),
        Address = matter.Address,
        StartedAt = at,
        LegAt = at,
    };

    internal static string Cut(string text) => text.Length > MaxSentence ? text[..(MaxSentence - 1)] + "…" : text;

    sealed class Table : IEntityTypeConfiguration<PagingCall>
    {
        public void Configure(EntityTypeBuilder<PagingCall> builder)
        {
            builder.HasKey(call => call.Id);
            builder.Property(call => call.Id).ValueGeneratedNever();
            builder.Ignore(call => call.State).Ignore(call => call.AlertIds);
            builder.Property(call => call.Kind).HasMaxLength(32);
            builder.Property(call => call.MatterId).HasMaxLength(250);
            builder.Property(call => call.SystemId).HasMaxLength(64);
            builder.Property(call => call.PolicyId).HasMaxLength(64);
            builder.Property(call => call.Sentence).HasMaxLength(MaxSentence);
            // Two that begin the same at once: one does, the other joins it.
            builder.HasIndex(call => new { call.Kind, call.MatterId }).IsUnique().HasFilter("stopped_at IS NULL");
            builder.HasIndex(call => new { call.Kind, call.MatterId, call.StartedAt });
            builder.HasIndex(call => call.StoppedAt);
        }
    }
}
