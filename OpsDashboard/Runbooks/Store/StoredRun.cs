using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OpsDashboard.Storage;

namespace OpsDashboard.Runbooks.Store;

/// <summary>A run as a row: what is looked for in columns, the whole in one document, because it is read and changed as a whole.</summary>
sealed class StoredRun : IVersioned
{
    const int MaxStartKey = 300;

    static readonly JsonSerializerOptions Json = new() { Converters = { new JsonStringEnumConverter() }, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault };

    public required Guid Id { get; init; }
    public required long Number { get; init; }
    public required string RunbookId { get; init; }
    public required string SystemId { get; init; }
    public Guid? AlertId { get; init; }

    /// <summary>Who pressed with which key: a second press finds the first one's run.</summary>
    public required string StartKey { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public RunStatus Status { get; set; }
    public RunEffect Effect { get; set; }
    public bool NeedsAPerson { get; set; }
    public bool IsInLine { get; set; }
    public bool IsMuting { get; set; }
    public DateTimeOffset? DueAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>By when somebody reviews that it was started without approval; null: nothing is to be reviewed.</summary>
    public DateTimeOffset? ReviewDueAt { get; set; }

    /// <summary>How long the recovery took; null: it recovered nothing.</summary>
    public long? RecoveryMilliseconds { get; set; }

    /// <summary>The RTO against which it counts, as it was at the start.</summary>
    public long? ObjectiveMilliseconds { get; set; }
    public bool IsDrill { get; set; }
    public string Document { get; set; } = "";
    public int Version { get; set; }

    /// <summary>The start key of somebody's press; it begins with who pressed. A long one is told apart by its hash.</summary>
    public static string KeyOf(string actorId, string runbookId, string key) => $"{actorId} {runbookId} {key}" is { Length: <= MaxStartKey } whole ? whole
        : $"{actorId} {runbookId} #{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))}";

    public static StoredRun Of(Run run, string startKey)
    {
        var row = new StoredRun { Id = run.Id, Number = run.Number, RunbookId = run.RunbookId, SystemId = run.SystemId, AlertId = run.Goal?.AlertId, StartKey = startKey, StartedAt = run.StartedAt };
        row.Take(run);
        return row;
    }

    public void Take(Run run)
    {
        (Status, Effect, NeedsAPerson, IsInLine, IsMuting, DueAt, EndedAt, ReviewDueAt, Document) = (run.Status, run.Effect, run.NeedsAPerson, run.IsInLine, run.IsMuting, run.DueAt, run.EndedAt, run.IsUnreviewed ? run.BreakGlass!.ReviewDueAt : null, JsonSerializer.Serialize(run, Json));
        RecoveryMilliseconds = run.Recovery is { IsRecovered: true } recovery ? (long)recovery.Took.TotalMilliseconds : null;
        (ObjectiveMilliseconds, IsDrill) = ((long?)run.Aim?.Objective.Within?.TotalMilliseconds, run.Aim is { IsDrill: true });
    }

    public Run ToRun() => JsonSerializer.Deserialize<Run>(Document, Json)!;

    sealed class Table : IEntityTypeConfiguration<StoredRun>
    {
        public void Configure(EntityTypeBuilder<StoredRun> builder)
        {
            builder.HasKey(run => run.Id);
            builder.Property(run => run.Id).ValueGeneratedNever();
            builder.Property(run => run.RunbookId).HasMaxLength(130);
            builder.Property(run => run.SystemId).HasMaxLength(64);
            builder.Property(run => run.StartKey).HasMaxLength(MaxStartKey);
            builder.HasIndex(run => run.Number).IsUnique();
            builder.HasIndex(run => run.StartKey).IsUnique();
            builder.HasIndex(run => run.Status);
            builder.HasIndex(run => new { run.RunbookId, run.Number });
            builder.HasIndex(run => new { run.SystemId, run.Number });
            builder.HasIndex(run => run.AlertId);
            builder.HasIndex(run => run.ReviewDueAt);
            builder.HasIndex(run => run.IsInLine);
            builder.HasIndex(run => run.IsMuting);
        }
    }
}

/// <summary>What a run works on; nobody else does meanwhile. Gone with the run's end, in the same transaction.</summary>
public sealed class RunLock
{
    public required string Resource { get; init; }
    public required Guid RunId { get; init; }
    public required long RunNumber { get; init; }
    public required DateTimeOffset Since { get; init; }

    sealed class Table : IEntityTypeConfiguration<RunLock>
    {
        public void Configure(EntityTypeBuilder<RunLock> builder)
        {
            builder.HasKey(held => held.Resource);
            builder.Property(held => held.Resource).HasMaxLength(200);
            builder.HasIndex(held => held.RunId);
        }
    }
}
