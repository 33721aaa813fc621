using OpsDashboard.Simulator.Faults;
using OpsDashboard.Simulator.Systems;

namespace OpsDashboard.Simulator.Control;

sealed record OrderProblem(string Field, string Message);

/// <summary>Asks for a fault; what is left out takes the kind's default.</summary>
sealed record FaultOrder(string? Kind, double? Seconds, double? Value)
{
    /// <summary>Everything that is wrong with the order.</summary>
    public IEnumerable<OrderProblem> Problems(SimulatedSystem system)
    {
        if (FaultCatalogue.Find(Kind) is not { } kind || !system.Knows(kind))
        {
            yield return new("kind", $"Give one of {string.Join(", ", Enum.GetValues<FaultKind>().Where(system.Knows).Select(FaultCatalogue.Name))}.");
        }
        else if (Value is { } value)
        {
            var description = FaultCatalogue.All[kind];
            if (description.Unit.Length == 0)
                yield return new("value", $"{description.Name} takes no value.");
            else if (!(value >= description.Least && value <= description.Most))
                yield return new("value", FormattableString.Invariant($"Give {description.Unit} from {description.Least} to {description.Most}."));
        }
        if (Seconds is { } seconds && !(seconds > 0 && seconds <= FaultCatalogue.MostSeconds))
            yield return new("seconds", $"Give a duration of more than 0 and at most {FaultCatalogue.MostSeconds} seconds.");
    }
}

sealed record ScaleOrder(int? Replicas);

sealed record FlagOrder(string? Name, bool? On);

sealed record DeployOrder(string? Version);
