namespace OpsDashboard.Runbooks;

/// <summary>What a run wants done next.</summary>
public abstract record RunWork
{
    public sealed record Execute(int Index) : RunWork;

    /// <summary>Takes back what the step did.</summary>
    public sealed record Undo(int Index) : RunWork;

    /// <summary>Its condition does not hold.</summary>
    public sealed record Leave(int Index, string Reason) : RunWork;

    /// <summary>All steps are behind it: watches whether the alert's condition passes.</summary>
    public sealed record Prove : RunWork;

    /// <summary>Nothing is left to do: it ends.</summary>
    public sealed record Conclude : RunWork;

    /// <summary>Tells those who may approve it that it waits for them.</summary>
    public sealed record Ask : RunWork;

    /// <summary>Nobody approved it in time.</summary>
    public sealed record Expire : RunWork;

    /// <summary>A person asked for its end.</summary>
    public sealed record Stop : RunWork;

    /// <param name="Until">Null: until a person says something.</param>
    public sealed record Rest(DateTimeOffset? Until) : RunWork;
}
