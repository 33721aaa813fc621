using OpsDashboard.Access;

namespace OpsDashboard.Runbooks.Steps;

/// <summary>Options of a step that waits for what a person says.</summary>
public interface IAnswered
{
    /// <summary>False where it asks nobody as it is written.</summary>
    bool MayWait => true;

    /// <summary>Why the answer is not accepted, or null.</summary>
    FieldProblem? Reject(string? choice, string evidence);
}
