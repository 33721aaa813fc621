using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OpsDashboard.Metrics;

namespace OpsDashboard.Alerts;

/// <summary>An alert as a row. Made anew from the alert at every change.</summary>
sealed class StoredAlert
{
    public required Guid Id { get; init; }
    public required string RuleId { get; init; }
    public required string Name { get; init; }
    public required string Labels { get; init; }

    /// <summary>The bits of the unsigned hash: databases know no unsigned numbers.</summary>
    public required long Fingerprint { get; init; }
    public required string Annotations { get; init; }
    public required AlertState State { get; init; }
    public required string Severity { get; init; }
    public string? SystemId { get; init; }
    public string? ComponentId { get; init; }

    /// <summary>Null stands for NaN, which SQLite does not keep.</summary>
    public double? Value { get; init; }
    public double? ValueAtTrigger { get; init; }
    public required DateTimeOffset ActiveAt { get; init; }
    public DateTimeOffset? FiredAt { get; init; }
    public DateTimeOffset? ResolvedAt { get; init; }
    public DateTimeOffset? KeepFiringSince { get; init; }
    public required string Expression { get; init; }

    /// <summary>Milliseconds.</summary>
    public required long For { get; init; }
    public required AlertOrigin Origin { get; init; }
    public required string GeneratorUrl { get; init; }
    public Guid? InhibitedBy { get; init; }
    public required double FlapScore { get; init; }

    public static StoredAlert Of(Alert alert) => new()
    {
        Id = alert.Id,
        RuleId = alert.RuleId,
        Name = alert.Name,
        Labels = JsonSerializer.Serialize(alert.Labels.ToDictionary(label => label.Name, label => label.Value)),
        Fingerprint = unchecked((long)alert.Fingerprint),
        Annotations = JsonSerializer.Serialize(alert.Annotations),
        State = alert.State,
        Severity = alert.Severity,
        SystemId = alert.SystemId,
        ComponentId = alert.ComponentId,
        Value = Number(alert.Value),
        ValueAtTrigger = Number(alert.ValueAtTrigger),
        ActiveAt = alert.ActiveAt,
        FiredAt = alert.FiredAt,
        ResolvedAt = alert.ResolvedAt,
        KeepFiringSince = alert.KeepFiringSince,
        Expression = alert.Expression,
        For = (long)alert.For.TotalMilliseconds,
        Origin = alert.Origin,
        GeneratorUrl = alert.GeneratorUrl,
        InhibitedBy = alert.InhibitedBy,
        FlapScore = alert.FlapScore,
    };

    public Alert ToAlert() => new()
    {
        Id = Id,
        RuleId = RuleId,
        Name = Name,
        Labels = Metrics.Labels.From(Texts(Labels).Select(pair => new Label(pair.Key, pair.Value))),
        Fingerprint = unchecked((ulong)Fingerprint),
        Annotations = Texts(Annotations),
        State = State,
        Value = Value ?? double.NaN,
        ValueAtTrigger = ValueAtTrigger ?? double.NaN,
        ActiveAt = ActiveAt,
        FiredAt = FiredAt,
        ResolvedAt = ResolvedAt,
        KeepFiringSince = KeepFiringSince,
        Expression = Expression,
        For = TimeSpan.FromMilliseconds(For),
        Origin = Origin,
        GeneratorUrl = GeneratorUrl,
        InhibitedBy = InhibitedBy,
        FlapScore = FlapScore,
    };

    static double? Number(double value) => double.IsNaN(value) ? null : value;

    static Dictionary<string, string> Texts(string json) => JsonSerializer.Deserialize<Dictionary<string, string>>(json)!;

    sealed class Table : IEntityTypeConfiguration<StoredAlert>
    {
        public void Configure(EntityTypeBuilder<StoredAlert> builder)
        {
            builder.HasKey(alert => alert.Id);
            builder.Property(alert => alert.Id).ValueGeneratedNever();
            builder.HasIndex(alert => alert.State);
            builder.HasIndex(alert => new { alert.RuleId, alert.FiredAt });
            builder.HasIndex(alert => new { alert.Fingerprint, alert.FiredAt });
            builder.HasIndex(alert => new { alert.SystemId, alert.FiredAt });
        }
    }
}
