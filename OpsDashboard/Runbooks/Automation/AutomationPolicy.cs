namespace OpsDashboard.Runbooks.Automation;

/// <summary>
/// What the program would do about an alert: the runbooks in their order, each so many times, then a person. It proposes; it acts by itself only
/// where a commander switched that on.
/// </summary>
/// <param name="Alert">Name of the alert, of a rule or a built-in one.</param>
/// <param name="ComponentId">Null: of whatever component.</param>
/// <param name="Runbooks">Names in the order in which they are tried: the first, and where it did not help the next.</param>
/// <param name="Attempts">How often each is tried within <see cref="Memory"/>.</param>
/// <param name="CoolDown">Between the end of one attempt and the next.</param>
/// <param name="Hours">UTC; null: always.</param>
public sealed record AutomationPolicy(string SystemId, string Alert, string? ComponentId, IReadOnlyList<string> Runbooks, int Attempts, TimeSpan CoolDown, AutomationHours? Hours)
{
    /// <summary>Attempts count for so long: an alert that comes back meanwhile begins no new chain.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromHours(1);

    /// <summary>Unique; stands in switches and addresses.</summary>
    public string Id => $"{SystemId}/{Alert}{(ComponentId is null ? "" : $"/{ComponentId}")}";

    public bool Fits(Alerts.Alert alert) => alert.SystemId == SystemId && alert.Name == Alert && (ComponentId is null || alert.ComponentId == ComponentId);
}

/// <summary>A part of each day in UTC; it may pass midnight.</summary>
public sealed record AutomationHours(TimeOnly From, TimeOnly To)
{
    public bool Contains(DateTimeOffset at) => TimeOnly.FromDateTime(at.UtcDateTime).IsBetween(From, To);

    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{From:HH:mm}-{To:HH:mm} UTC");
}

/// <summary>A system's <c>automation.yml</c>.</summary>
public sealed record AutomationDocument(IReadOnlyList<AutomationPolicy> Policies)
{
    public static readonly AutomationDocument Empty = new([]);
}
