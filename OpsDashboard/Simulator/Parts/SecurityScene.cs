using OpsDashboard.Simulator.Faults;

namespace OpsDashboard.Simulator.Parts;

/// <summary>Something that a system's security log tells of.</summary>
/// <param name="Status">What the web server answered; 0 where the program noticed it by itself.</param>
/// <param name="EverySeconds">How far apart on a healthy day.</param>
/// <param name="AttackShare">Its part of an attack's attempts.</param>
sealed record SecurityEvent(string Name, string Message, string Method, string Path, int Status, double EverySeconds, double AttackShare);

/// <summary>Those who try what they may not: seldom on a healthy day, often under an attack. Tells it to security and access log under one correlation id.</summary>
sealed class SecurityScene(Draw draw, EventLog log, FaultSet faults, Premises premises)
{
    static readonly string[] Hostile = ["203.0.113.66", "203.0.113.67", "198.51.100.23"];

    public void Step(Moment moment, DateTimeOffset now, IReadOnlyList<SecurityEvent> events)
    {
        var attack = faults.Value(FaultKind.Attack) ?? 0;
        foreach (var one in events)
        {
            for (var left = draw.Poisson(moment.Seconds * ((1 / one.EverySeconds) + (one.AttackShare * attack))); left > 0; left--)
                Tell(one, now, isAttack: draw.Chance(attack > 0 ? 0.95 : 0.3));
        }
    }

    void Tell(SecurityEvent one, DateTimeOffset now, bool isAttack)
    {
        var user = Users.Draw(draw);
        var ip = isAttack ? draw.Chance(0.6) ? Hostile[0] : draw.Of(Hostile) : Users.Address(user);
        if (premises.IsBlocked(ip))
            return;
        if (one.Status > 0)
            log.Access(now, ip, null, one.Method, one.Path, one.Status, draw.LogNormal(0.03, 0.4));
        log.Write(now, "WARN", EventLog.Security, one.Name, new { path = one.Path, status = one.Status == 0 ? (int?)null : one.Status, ip, user = Users.Name(user) }, component: null, message: one.Message);
    }
}

/// <summary>Who uses a simulated system. Addresses are from the ranges kept for documentation.</summary>
static class Users
{
    public static int Draw(Draw draw) => 1000 + draw.Below(900);

    public static string Name(int user) => FormattableString.Invariant($"user-{user}");

    /// <summary>The same user comes from the same address.</summary>
    public static string Address(int user) => FormattableString.Invariant($"192.0.2.{1 + (user % 250)}");
}
