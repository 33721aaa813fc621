namespace OpsDashboard.Simulator.Parts;

/// <summary>Who asked for what, as the program writes it down. Not thread-safe.</summary>
/// <param name="users">Chance of its own.</param>
sealed class AccessLog(Draw users, EventLog log, Premises premises)
{
    /// <summary>A busy web server notes one good answer in so many, and every refusal and failure.</summary>
    const int GoodAnswersALine = 50;

    const int DebugAnswersALine = 20;

    long goodAnswers;

    /// <returns>Who it was, and the id under which the program writes of it.</returns>
    public (string User, string Ip, string Correlation) Note(DateTimeOffset now, SimulatedRoute route, int status, double seconds)
    {
        var user = Users.Draw(users);
        if (premises.IsDebugging && goodAnswers % DebugAnswersALine == 0)
            log.Write(now, "DEBUG", "debug", "request_handled", new { method = route.Method, path = route.Path, status, duration_ms = Math.Round(seconds * 1000) });
        if (premises.LogsStatements && goodAnswers % DebugAnswersALine == 0)
            log.Write(now, "INFO", "statement", "LOG", new { duration_ms = Math.Round(seconds * 300) }, component: "database", message: $"statement: SELECT * FROM {route.Path.Split('/')[1]} WHERE id = $1");
        if (status >= 400 || goodAnswers++ % GoodAnswersALine == 0)
            log.Access(now, Users.Address(user), Users.Name(user), route.Method, route.Path, status, seconds);
        return (Users.Name(user), Users.Address(user), status >= 400 || seconds > 1 ? EventLog.NewCorrelation(now) : "");
    }
}
