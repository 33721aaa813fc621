namespace OpsDashboard.Audit;

/// <summary>Keeps account of what was refused to those who are signed in. Thread-safe.</summary>
public interface IRefusals
{
    /// <summary>Returns at once; the entry is written behind.</summary>
    /// <param name="systemId">Null: all systems.</param>
    void Note(Actor actor, string permission, string? systemId);
}
