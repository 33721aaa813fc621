using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace OpsDashboard.Storage;

/// <summary>A row that two people may change at once: the second to save gets a <see cref="DbUpdateConcurrencyException"/>.</summary>
public interface IVersioned
{
    int Version { get; set; }
}

/// <summary>
/// The domain's database. It knows no entity by name: every feature's <see cref="IEntityTypeConfiguration{TEntity}"/> in this assembly is applied.
/// Names become snake_case, instants become bigint microseconds, enums become text. Not thread-safe; take one per piece of work
/// from <c>IDbContextFactory&lt;OpsContext&gt;</c>.
/// </summary>
public abstract class OpsContext(DbContextOptions options, WriteGate? gate) : DbContext(options)
{
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<MicrosecondsConverter>();
        configurationBuilder.Properties<Enum>().HaveConversion<string>().HaveMaxLength(32);
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(OpsContext).Assembly);
        foreach (var entity in modelBuilder.Model.GetEntityTypes())
        {
            entity.SetTableName(SnakeCase.Of(entity.ClrType.Name));
            foreach (var property in entity.GetProperties())
                property.SetColumnName(SnakeCase.Of(property.Name));
            if (typeof(IVersioned).IsAssignableFrom(entity.ClrType))
                entity.FindProperty(nameof(IVersioned.Version))!.IsConcurrencyToken = true;
        }
    }

    public override int SaveChanges(bool acceptAllChangesOnSuccess) =>
        throw new NotSupportedException("Save asynchronously: blocking starves the thread pool.");

    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        foreach (var changed in ChangeTracker.Entries<IVersioned>().Where(entry => entry.State == EntityState.Modified))
            changed.Entity.Version++;
        // Whoever opened a transaction already holds the gate.
        if (gate is null || Database.CurrentTransaction is not null)
            return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
        using var permit = await gate.EnterAsync(cancellationToken);
        return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
    }

    sealed class MicrosecondsConverter() : ValueConverter<DateTimeOffset, long>(at => Instant.ToMicroseconds(at), value => Instant.FromMicroseconds(value));
}

public sealed class SqliteOpsContext(DbContextOptions<SqliteOpsContext> options, WriteGate? gate = null) : OpsContext(options, gate);

public sealed class PostgresOpsContext(DbContextOptions<PostgresOpsContext> options) : OpsContext(options, null)
{
    public const string Schema = "ops";

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema(Schema);
        base.OnModelCreating(modelBuilder);
    }
}
