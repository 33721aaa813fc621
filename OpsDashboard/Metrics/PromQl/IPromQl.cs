using OpsDashboard.Access;
using OpsDashboard.Audit;

namespace OpsDashboard.Metrics.PromQl;

/// <summary>One series of an answer. An instant answer has one sample a series.</summary>
public sealed record QuerySeries(Labels Labels, IReadOnlyList<Sample> Samples);

public enum QueryResultKind { Scalar, String, Vector, Matrix }

/// <param name="Kind">Scalar and String have one series without labels; String puts its text into <paramref name="Text"/>.</param>
public sealed record QueryResult(QueryResultKind Kind, IReadOnlyList<QuerySeries> Series, IReadOnlyList<string> Warnings, string? Text = null);

/// <summary>A parsed expression; immutable, can be evaluated any number of times.</summary>
public interface IPromQlQuery
{
    string Text { get; }

    /// <summary>What an instant answer is; a range answer is always a matrix, and only scalars and vectors have one.</summary>
    QueryResultKind Kind { get; }

    /// <summary>The matchers of every selector in it: what must be followed to know when its answer may have changed.</summary>
    IReadOnlyList<IReadOnlyList<LabelMatcher>> Selectors { get; }

    /// <summary>The answer as of an instant, in milliseconds.</summary>
    /// <exception cref="PromQlException">The evaluation failed; the message is fit for a person.</exception>
    ValueTask<QueryResult> InstantAsync(long at, SelectOptions options, CancellationToken stop);

    /// <summary>The answer at from, from + step, … up to and including to, in milliseconds.</summary>
    ValueTask<QueryResult> RangeAsync(long from, long to, long step, SelectOptions options, CancellationToken stop);
}

/// <summary>Prometheus' query language over the sample store. Thread-safe.</summary>
public interface IPromQl
{
    /// <exception cref="PromQlException">The text is not an expression, or names a part of the language that is not supported.</exception>
    IPromQlQuery Parse(string expression);

    /// <summary>The same language over what the actor may read: every selector is limited to the systems of their grants,
    /// and evaluations of people and tokens wait for a place in the queue (<see cref="QueryLimitException"/> when there is none in time).</summary>
    /// <exception cref="AccessDeniedException">The actor may read no metrics at all.</exception>
    IPromQl For(Actor actor);
}

/// <param name="message">What is wrong and what was expected.</param>
/// <param name="position">Offset into the expression, or -1.</param>
public sealed class PromQlException(string message, int position = -1) : Exception(message)
{
    public int Position { get; } = position;
}
