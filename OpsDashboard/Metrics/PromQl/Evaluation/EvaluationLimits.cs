namespace OpsDashboard.Metrics.PromQl.Evaluation;

/// <summary>What one evaluation may cost.</summary>
/// <param name="Samples">Samples read, Prometheus' <c>query.max-samples</c>.</param>
/// <param name="Series">Series in an answer.</param>
/// <param name="Timeout">Wall time, Prometheus' <c>query.timeout</c>.</param>
sealed record EvaluationLimits(int Samples, int Series, TimeSpan Timeout)
{
    public static readonly EvaluationLimits Default = new(50_000_000, 100_000, TimeSpan.FromMinutes(2));
}
