namespace OpsDashboard.OnCall.Roster;

public enum TargetKind { Person, Schedule, Team }

/// <summary>Who a level pages: a person, whoever a schedule has on duty then, or everybody of a team.</summary>
public sealed record PageTarget(TargetKind Kind, string Id);
