namespace OpsDashboard.OnCall.Rotations;

/// <summary>Who is on duty in a schedule from an instant to another.</summary>
/// <param name="PersonId">Null: nobody, a gap.</param>
/// <param name="OverrideId">The override that put the person there; null: the rotation did.</param>
public sealed record Duty(string? PersonId, DateTimeOffset From, DateTimeOffset To, Guid? OverrideId)
{
    public bool IsGap => PersonId is null;
}
