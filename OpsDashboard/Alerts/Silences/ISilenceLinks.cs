using OpsDashboard.Audit;

namespace OpsDashboard.Alerts.Silences;

/// <param name="Url">Where it leads; never acts by itself.</param>
public sealed record SilenceLink(string Title, string Url);

/// <summary>What features above put beside a silence. Register any number as singletons; thread-safe.</summary>
public interface ISilenceLinks
{
    IReadOnlyList<SilenceLink> Of(Actor actor, Silence silence);
}
