using OpsDashboard.Catalogue;

namespace OpsDashboard.Metrics.Collectors;

/// <summary>A kind whose options may rename or drop targets before they are collected (Prometheus' <c>relabel_configs</c>).</summary>
public interface IRelabelsTargets
{
    /// <summary>The target as it is to be collected, or null where it is dropped.</summary>
    Target? Relabel(Target target);
}
