using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OpsDashboard.Storage;

namespace OpsDashboard.Runbooks.Automation;

/// <summary>
/// One switch of automation, as it was set last. Without a row: the program's is on, a system's and a policy's are off. All three have to be on
/// before something is done without a person.
/// </summary>
public sealed class AutomationSwitch : IVersioned
{
    public const string Everything = "*";

    /// <summary><see cref="Everything"/>, a system's id, or a policy's id.</summary>
    public required string Scope { get; init; }
    public bool IsOn { get; set; }

    /// <summary>In the words of whoever set it.</summary>
    public string Reason { get; set; } = "";

    /// <summary>Id of the actor.</summary>
    public required string SetBy { get; set; }
    public required DateTimeOffset SetAt { get; set; }
    public int Version { get; set; }

    sealed class Table : IEntityTypeConfiguration<AutomationSwitch>
    {
        public void Configure(EntityTypeBuilder<AutomationSwitch> builder)
        {
            builder.HasKey(one => one.Scope);
            builder.Property(one => one.Scope).HasMaxLength(200);
            builder.Property(one => one.Reason).HasMaxLength(Runs.MaxReason);
            builder.Property(one => one.SetBy).HasMaxLength(64);
        }
    }
}

/// <summary>All switches of one moment. Immutable.</summary>
public sealed record AutomationSwitches(IReadOnlyDictionary<string, AutomationSwitch> Set)
{
    public static readonly AutomationSwitches None = new(new Dictionary<string, AutomationSwitch>());

    /// <summary>Nobody stopped all of it.</summary>
    public bool IsOn => !Set.TryGetValue(AutomationSwitch.Everything, out var all) || all.IsOn;

    /// <summary>A commander allowed it for the system, and nobody stopped it there.</summary>
    public bool Allows(string systemId) => Set.TryGetValue(systemId, out var one) && one.IsOn;

    /// <summary>A commander lets the policy act by itself.</summary>
    public bool Acts(AutomationPolicy policy) => Set.TryGetValue(policy.Id, out var one) && one.IsOn;
}
