using OpsDashboard.Access;

namespace OpsDashboard.Http;

/// <summary>A refusal of a feature's own, beside those that every feature knows. Endpoints answer 409.</summary>
public interface IRefusal
{
    /// <summary>Under which the pages have words for it.</summary>
    string Code { get; }
}

/// <summary>What a refusal is called in the address to which a plain form leads back. Pages say it in their own words: what stands in an address may come from anybody.</summary>
public static class Refusals
{
    /// <returns>Of input the field's name; null: it is no refusal.</returns>
    public static string? CodeOf(Exception thrown) => thrown switch
    {
        IRefusal refusal => refusal.Code,
        InvalidInputException wrong => wrong.Problems[0].Field.Split('[', '.')[0],
        AccessDeniedException => "denied",
        NotFoundException => "gone",
        StaleVersionException => "stale",
        _ => null,
    };
}
