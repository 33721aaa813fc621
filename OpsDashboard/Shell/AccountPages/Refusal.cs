using OpsDashboard.Access;

namespace OpsDashboard.Shell.AccountPages;

/// <summary>Why the domain did not accept a form, by field; shown beside the fields.</summary>
public sealed record Refusal(IReadOnlyList<FieldProblem> Problems)
{
    public static readonly Refusal None = new([]);

    public string? Of(string field) => Problems.FirstOrDefault(problem => problem.Field == field) is { } problem ? char.ToUpperInvariant(problem.Message[0]) + problem.Message[1..] : null;

    /// <summary>Runs a change; what the domain refuses becomes words, anything else is a fault and goes on.</summary>
    public static async Task<Refusal> OfAsync(Func<Task> change)
    {
        try
        {
            await change();
            return None;
        }
        catch (InvalidInputException invalid)
        {
            return new(invalid.Problems);
        }
        catch (Exception refusal) when (refusal is AccessDeniedException or StaleVersionException or NotFoundException)
        {
            return new([new("", refusal.Message)]);
        }
    }
}
