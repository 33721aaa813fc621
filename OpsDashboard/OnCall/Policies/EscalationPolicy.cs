using OpsDashboard.Metrics;
using OpsDashboard.OnCall.Roster;

namespace OpsDashboard.OnCall.Policies;

/// <param name="After">How long after the beginning, unless somebody acknowledged; null: never by time, only when the level before passes it on or is not reached.</param>
/// <param name="Repeat">How many times more it is paged.</param>
/// <param name="Every">The pause before each of them.</param>
public sealed record EscalationLevel(TimeSpan? After, IReadOnlyList<PageTarget> Targets, int Repeat, TimeSpan Every, int Line);

/// <summary>Who is paged after whom. The first level is paged at once.</summary>
/// <param name="ForgottenAfter">An acknowledgement that nobody renewed counts so long; then its level is paged again.</param>
/// <param name="Pages">Which alerts wake somebody: all of one line.</param>
public sealed record EscalationPolicy(string Id, string Name, IReadOnlyList<EscalationLevel> Levels, TimeSpan ForgottenAfter, IReadOnlyList<LabelMatcher> Pages, int Line);
