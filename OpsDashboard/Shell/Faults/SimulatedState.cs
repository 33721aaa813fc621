using OpsDashboard.Access;

namespace OpsDashboard.Shell.Faults;

/// <summary>What can be broken, as the simulator describes it.</summary>
/// <param name="Unit">Of the value; empty where the kind takes none.</param>
public sealed record FaultKindState(string Kind, string Text, string Unit, double Default, double Least, double Most);

/// <summary>A fault in force.</summary>
public sealed record FaultState(string Kind, double Value, DateTimeOffset StartedAt, DateTimeOffset EndsAt, double SecondsLeft);

/// <summary>A simulated system as it is now.</summary>
/// <param name="Page">A page of the system that a browser on this machine can open.</param>
/// <param name="Kinds">The faults that it knows.</param>
public sealed record SimulatedState(string Id, string Name, bool Running, string? Page, string Version, int Replicas, DateTimeOffset StartedAt, IReadOnlyList<FaultState> Faults, IReadOnlyList<string> Kinds);

/// <summary>The simulator as a whole.</summary>
/// <param name="IsOff">The demo was removed: nothing is simulated until it is brought back.</param>
public sealed record SimulatorState(bool IsOff, IReadOnlyList<SimulatedState> Systems, IReadOnlyList<FaultKindState> Kinds)
{
    public static readonly SimulatorState None = new(true, [], []);
}

/// <summary>What is asked for; what is left out takes the kind's default.</summary>
public sealed record FaultRequest(string? Kind, double? Seconds = null, double? Value = null)
{
    const double MostSeconds = 3600;

    /// <summary>Everything that is wrong with it.</summary>
    public IEnumerable<FieldProblem> Problems(IReadOnlyList<FaultKindState> kinds)
    {
        var kind = kinds.FirstOrDefault(known => known.Kind == Kind);
        if (kind is null)
            yield return new("kind", $"Give one of {string.Join(", ", kinds.Select(known => known.Kind))}.");
        else if (Value is { } value && kind.Unit.Length == 0)
            yield return new("value", $"{kind.Kind} takes no value.");
        else if (Value is { } amount && !(amount >= kind.Least && amount <= kind.Most))
            yield return new("value", FormattableString.Invariant($"Give {kind.Unit} from {kind.Least} to {kind.Most}."));
        if (Seconds is { } seconds && !(seconds > 0 && seconds <= MostSeconds))
            yield return new("seconds", $"Give a duration of more than 0 and at most {MostSeconds} seconds.");
    }
}
