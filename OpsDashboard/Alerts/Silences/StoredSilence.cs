using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OpsDashboard.Http;
using OpsDashboard.Storage;

namespace OpsDashboard.Alerts.Silences;

/// <summary>A silence as a row.</summary>
sealed class StoredSilence : IVersioned
{
    public required Guid Id { get; init; }

    /// <summary>A JSON list of matchers as <see cref="MatcherText"/> writes them.</summary>
    public required string Matchers { get; set; }
    public required DateTimeOffset StartsAt { get; set; }
    public required DateTimeOffset EndsAt { get; set; }
    public string? Weekly { get; set; }
    public required string Reason { get; set; }
    public required SilenceKind Kind { get; set; }
    public required string CreatorId { get; init; }
    public required string CreatorName { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; set; }
    public int Version { get; set; }

    public void Take(Silence silence)
    {
        Matchers = WriteMatchers(silence);
        (StartsAt, EndsAt, Reason, Kind, UpdatedAt) = (silence.StartsAt, silence.EndsAt, silence.Reason, silence.Kind, silence.UpdatedAt);
        Weekly = silence.Weekly is { } weekly ? JsonSerializer.Serialize(weekly, Json.Options) : null;
    }

    public static StoredSilence Of(Silence silence)
    {
        var row = new StoredSilence
        {
            Id = silence.Id,
            Matchers = "",
            StartsAt = silence.StartsAt,
            EndsAt = silence.EndsAt,
            Reason = silence.Reason,
            Kind = silence.Kind,
            CreatorId = silence.CreatorId,
            CreatorName = silence.CreatorName,
            CreatedAt = silence.CreatedAt,
            UpdatedAt = silence.UpdatedAt,
            Version = silence.Version,
        };
        row.Take(silence);
        return row;
    }

    public Silence ToSilence() => new()
    {
        Id = Id,
        Matchers = [.. JsonSerializer.Deserialize<string[]>(Matchers)!.Select(MatcherText.Parse)],
        StartsAt = StartsAt,
        EndsAt = EndsAt,
        Weekly = Weekly is null ? null : JsonSerializer.Deserialize<WeeklyWindow>(Weekly, Json.Options),
        Reason = Reason,
        Kind = Kind,
        CreatorId = CreatorId,
        CreatorName = CreatorName,
        CreatedAt = CreatedAt,
        UpdatedAt = UpdatedAt,
        Version = Version,
    };

    static string WriteMatchers(Silence silence) => JsonSerializer.Serialize(silence.Matchers.Select(MatcherText.Write));

    sealed class Table : IEntityTypeConfiguration<StoredSilence>
    {
        public void Configure(EntityTypeBuilder<StoredSilence> builder)
        {
            builder.HasKey(silence => silence.Id);
            builder.Property(silence => silence.Id).ValueGeneratedNever();
            builder.Property(silence => silence.CreatorId).HasMaxLength(64);
            builder.Property(silence => silence.CreatorName).HasMaxLength(200);
            builder.HasIndex(silence => silence.EndsAt);
        }
    }
}
