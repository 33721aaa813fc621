using OpsDashboard.Audit;

namespace OpsDashboard.Access;

/// <summary>Who this request or circuit belongs to. Scoped; works in endpoints, hubs and Razor components alike.</summary>
public interface ICurrentActor
{
    /// <summary>The actor with the grants of now; a stranger where nobody is signed in.</summary>
    ValueTask<Actor> GetAsync();
}
