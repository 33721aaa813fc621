namespace OpsDashboard.Alerts.Routing;

/// <summary>
/// Receivers that no route names: people who are reached by name. Filled by a document of the catalogue's own folder that a feature above reads; they are
/// sent to like any other, and no list of receivers shows them. Thread-safe.
/// </summary>
public interface IPersonalReceivers
{
    /// <returns>Null: there is none of this name.</returns>
    Receiver? Find(string name, RoutingTable table);
}
