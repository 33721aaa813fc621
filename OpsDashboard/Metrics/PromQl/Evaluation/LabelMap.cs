using System.Collections.Concurrent;

namespace OpsDashboard.Metrics.PromQl.Evaluation;

/// <summary>
/// A function from label sets to label sets that remembers its answers, because the same series come by at every evaluation.
/// Thread-safe; forgets everything when it holds <see cref="Capacity"/> answers, so that churning series cannot fill the memory.
/// </summary>
sealed class LabelMap(Func<Labels, Labels> map)
{
    public const int Capacity = 20_000;

    readonly ConcurrentDictionary<Labels, Labels> known = new();
    int count;

    /// <summary>Takes the metric's name away.</summary>
    public static LabelMap WithoutName() => new(static labels => labels.Without(Labels.NameLabel));

    public Labels this[Labels labels]
    {
        get
        {
            if (known.TryGetValue(labels, out var answer))
                return answer;
            answer = map(labels);
            if (Interlocked.Increment(ref count) > Capacity)
            {
                known.Clear();
                Interlocked.Exchange(ref count, 1);
            }
            known[labels] = answer;
            return answer;
        }
    }
}
