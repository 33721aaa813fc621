using OpsDashboard.Access;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics.Collectors;
using OpsDashboard.Runbooks.Expressions;
using OpsDashboard.Runbooks.Reading;

namespace OpsDashboard.Runbooks.Steps.Sql;

/// <param name="IsWrite">A write is committed only if it touched at most <paramref name="MaxRows"/> rows.</param>
/// <param name="IsAsking">A person sees what was touched before it is committed.</param>
/// <param name="Values">Parameters of the statement, by name; they never become part of its text.</param>
public sealed record SqlStepOptions(string Connection, SecretSource Password, string Statement, bool IsWrite, bool IsAsking, IReadOnlyDictionary<string, Template> Values, int MaxRows, TimeSpan LockTimeout, TimeSpan StatementTimeout) : IAnswered
{
    public const string Commit = "Commit", RollBack = "Roll back";

    public const int MostRows = 10_000, ShownRows = 200;

    public static readonly IReadOnlyList<string> Choices = [RollBack, Commit];

    public bool MayWait => IsAsking;

    public FieldProblem? Reject(string? choice, string evidence) => Choices.Contains(choice) ? null : new("choice", $"is one of {string.Join(", ", Choices)}.");

    public static SqlStepOptions Read(StepYaml step)
    {
        var map = step.Map;
        var (query, statement) = (map.Text("query"), map.Text("statement"));
        if (query is null == (statement is null))
            map.Report(query is null ? "query" : "statement", "A step is either a `query` or a `statement`.", "Keep `query:` for reading or `statement:` for writing.");
        var text = (query ?? statement ?? "").TrimEnd(';', ' ', '\n');
        if (text.Contains("${", StringComparison.Ordinal))
            map.Report(query is null ? "statement" : "query", "A value in the text of a statement would be run as code.", "Write `@name`, and `values: { name: \"${parameters.name}\" }`.");
        var most = map.Integer("max_rows");
        if (statement is not null && most is null)
            map.Report("max_rows", "A statement declares how many rows it may touch.", "Write for example `max_rows: 5`.");
        if (most is < 0 or > MostRows)
            map.Report("max_rows", $"`max_rows: {most}` is out of range.", $"Write a number up to {MostRows}.");
        var commit = map.Text("commit") ?? "ask";
        if (commit is not ("ask" or "auto"))
            map.Report("commit", $"`commit: {commit}` is neither ask nor auto.", "Leave it out, so that a person decides, or write `commit: auto`.");
        if (query is not null && map.Has("commit"))
            map.Report("commit", "A query commits nothing.", "Remove `commit:`.");
        return new(map.Text("connection") ?? "", SecretSource.Read(map), text, statement is not null, statement is not null && commit == "ask", step.TemplateMap("values"), Math.Clamp(most ?? ShownRows, 0, MostRows),
            Duration(map, "lock_timeout", TimeSpan.FromSeconds(5)), Duration(map, "statement_timeout", TimeSpan.FromSeconds(30)));
    }

    static TimeSpan Duration(YamlMap map, string key, TimeSpan usual)
    {
        var length = map.Duration(key) ?? usual;
        if (length > TimeSpan.Zero && length <= TimeSpan.FromHours(1))
            return length;
        map.Report(key, $"`{key}` is more than nothing and at most 1h.", $"Write for example `{key}: 5s`.");
        return usual;
    }
}
