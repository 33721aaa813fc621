using OpsDashboard.Metrics.PromQl.Evaluation;
using OpsDashboard.Metrics.PromQl.Parsing;

namespace OpsDashboard.Metrics.PromQl.Functions;

/// <summary>Instants and parts of the UTC calendar.</summary>
static class TimeFunctions
{
    public static readonly Function[] All =
    [
        new("time", ValueKind.Scalar, [], 0, 0, new ScalarBody(static (_, _, at) => at / 1000.0)),
        new("timestamp", ValueKind.Vector, [ValueKind.Vector], 1, 1, new VectorBody(Timestamp)),
        Part("minute", static instant => instant.Minute),
        Part("hour", static instant => instant.Hour),
        Part("day_of_week", static instant => (int)instant.DayOfWeek),
        Part("day_of_month", static instant => instant.Day),
        Part("day_of_year", static instant => instant.DayOfYear),
        Part("days_in_month", static instant => DateTime.DaysInMonth(instant.Year, instant.Month)),
        Part("month", static instant => instant.Month),
        Part("year", static instant => instant.Year),
    ];

    // Of a selector itself the samples' own times; of anything computed the instant of the evaluation.
    static List<Element> Timestamp(Evaluator evaluator, Call call, long at) => Evaluator.Unwrapped(call.Arguments[0]) is VectorSelector selector
        ? Evaluator.Mapped(evaluator.SelectTimes(selector, at), call.Nameless, static value => value)
        : Evaluator.Mapped(evaluator.Vector(call.Arguments[0], at), call.Nameless, _ => at / 1000.0);

    static Function Part(string name, Func<DateTime, double> part) => new(name, ValueKind.Vector, [ValueKind.Vector], 0, 1, new VectorBody((evaluator, call, at) =>
        call.Arguments.Count == 0
            ? [new(Labels.Empty, PartOf(at / 1000.0, part))]
            : Evaluator.Mapped(evaluator.Vector(call.Arguments[0], at), call.Nameless, value => PartOf(value, part))));

    static double PartOf(double seconds, Func<DateTime, double> part)
    {
        var (first, last) = (-62_135_596_800.0, 253_402_300_799.0);
        return seconds >= first && seconds <= last ? part(DateTime.UnixEpoch.AddSeconds(Math.Truncate(seconds))) : double.NaN;
    }
}
