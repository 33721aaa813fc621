using System.Globalization;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.PromQl;
using OpsDashboard.Tests.Testing;
using Xunit.Sdk;

namespace OpsDashboard.Tests.Metrics.PromQl;

/// <summary>
/// Runs a scenario in the notation of Prometheus' promqltest: <c>load</c>, <c>clear</c>, <c>eval instant at</c>, <c>eval range from … to … step</c>,
/// <c>eval_ordered</c>, <c>eval_fail</c>, <c>expect fail msg:</c>. Instants are relative to 1970.
/// </summary>
sealed class Scenario(string name)
{
    readonly FakeSamples samples = new();

    public async Task RunAsync(string text)
    {
        var engine = new PromQlEngine(samples, TimeProvider.System);
        foreach (var (line, number, block) in Blocks(text))
        {
            try
            {
                if (line == "clear")
                    samples.Clear();
                else if (line.StartsWith("load ", StringComparison.Ordinal))
                    Load(SeriesNotation.Milliseconds(line[5..].Trim()), block);
                else
                    await EvaluateAsync(engine, line, block);
            }
            catch (Exception failed) when (failed is not XunitException)
            {
                throw new XunitException($"{name}:{number}: {line}\n{failed}");
            }
            catch (XunitException failed)
            {
                throw new XunitException($"{name}:{number}: {line}\n{failed.Message}");
            }
        }
    }

    void Load(long step, List<string> block)
    {
        foreach (var line in block)
        {
            var (labels, rest) = SeriesNotation.Identity(line);
            var at = 0L;
            foreach (var value in SeriesNotation.Values(rest))
            {
                if (value is { } known)
                    samples.Add(labels, at, known);
                at += step;
            }
        }
    }

    static async Task EvaluateAsync(PromQlEngine engine, string line, List<string> block)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var isRange = words[1] == "range";
        var expression = After(line, isRange ? 8 : 4);
        var mustFail = words[0] == "eval_fail" || block.Exists(entry => entry.StartsWith("expect fail", StringComparison.Ordinal));
        Task<QueryResult> Ask() => isRange
            ? engine.Parse(expression).RangeAsync(SeriesNotation.Milliseconds(words[3]), SeriesNotation.Milliseconds(words[5]), SeriesNotation.Milliseconds(words[7]), SelectOptions.Raw, default).AsTask()
            : engine.Parse(expression).InstantAsync(SeriesNotation.Milliseconds(words[3]), SelectOptions.Raw, default).AsTask();
        if (mustFail)
        {
            await RejectAsync(Ask, block);
            return;
        }
        var answer = await Ask();
        var expected = block.Where(entry => !entry.StartsWith("expect", StringComparison.Ordinal)).ToList();
        var isOrdered = words[0] == "eval_ordered" || block.Contains("expect ordered");
        if (answer.Kind == QueryResultKind.Scalar)
            AssertClose(SeriesNotation.Values(expected[0]).Single(), answer.Series[0].Samples[0].Value, "scalar");
        else if (isRange)
            CompareRange(expected, answer, SeriesNotation.Milliseconds(words[3]), SeriesNotation.Milliseconds(words[7]));
        else
            CompareInstant(expected, answer, isOrdered);
    }

    static async Task RejectAsync(Func<Task<QueryResult>> ask, List<string> block)
    {
        var wanted = block.Find(entry => entry.StartsWith("expect fail msg:", StringComparison.Ordinal))?["expect fail msg:".Length..].Trim();
        try
        {
            await ask();
        }
        catch (PromQlException refused)
        {
            if (wanted is not null && wanted != refused.Message)
                throw new XunitException($"expected the failure '{wanted}', got '{refused.Message}'");
            return;
        }
        throw new XunitException("expected a failure, got an answer");
    }

    static void CompareInstant(List<string> expected, QueryResult answer, bool isOrdered)
    {
        if (expected.Count != answer.Series.Count)
            throw new XunitException($"expected {expected.Count} series, got {answer.Series.Count}: {string.Join(", ", answer.Series.Select(series => $"{series.Labels} {series.Samples[0].Value}"))}");
        for (var i = 0; i < expected.Count; i++)
        {
            var (labels, rest) = SeriesNotation.Identity(expected[i]);
            var found = isOrdered ? answer.Series[i] : answer.Series.FirstOrDefault(series => series.Labels.Equals(labels));
            if (found is null || !found.Labels.Equals(labels))
                throw new XunitException($"expected {labels}{(isOrdered ? $" in place {i}" : "")}, got {string.Join(", ", answer.Series.Select(series => series.Labels))}");
            AssertClose(SeriesNotation.Values(rest).Single(), found.Samples[^1].Value, labels.ToString());
        }
    }

    static void CompareRange(List<string> expected, QueryResult answer, long from, long step)
    {
        if (expected.Count != answer.Series.Count)
            throw new XunitException($"expected {expected.Count} series, got {answer.Series.Count}: {string.Join(", ", answer.Series.Select(series => series.Labels))}");
        foreach (var line in expected)
        {
            var (labels, rest) = SeriesNotation.Identity(line);
            var found = answer.Series.FirstOrDefault(series => series.Labels.Equals(labels)) ?? throw new XunitException($"no series {labels}");
            var byTime = found.Samples.ToDictionary(sample => sample.At, sample => sample.Value);
            var at = from;
            foreach (var value in SeriesNotation.Values(rest))
            {
                var has = byTime.Remove(at, out var actual);
                if (has != value.HasValue)
                    throw new XunitException($"{labels} at {at}: expected {value?.ToString(CultureInfo.InvariantCulture) ?? "nothing"}, got {(has ? actual : "nothing")}");
                if (has)
                    AssertClose(value, actual, $"{labels} at {at}");
                at += step;
            }
            if (byTime.Count > 0)
                throw new XunitException($"{labels}: {byTime.Count} values more than expected");
        }
    }

    // Prometheus' promqltest compares with a relative tolerance of 1e-6.
    static void AssertClose(double? expected, double actual, string what)
    {
        var value = expected ?? double.NaN;
        var isClose = value.Equals(actual) || (double.IsNaN(value) && double.IsNaN(actual)) || Math.Abs(value - actual) <= 1e-6 * Math.Max(Math.Abs(value), Math.Abs(actual));
        if (!isClose)
            throw new XunitException($"{what}: expected {value.ToString("R", CultureInfo.InvariantCulture)}, got {actual.ToString("R", CultureInfo.InvariantCulture)}");
    }

    static string After(string line, int words)
    {
        var rest = line;
        for (var i = 0; i < words; i++)
            rest = rest[rest.IndexOf(' ')..].TrimStart();
        return rest;
    }

    static IEnumerable<(string Line, int Number, List<string> Block)> Blocks(string text)
    {
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].Trim().Length == 0 || lines[i].TrimStart().StartsWith('#'))
                continue;
            var (head, number, block) = (lines[i].Trim(), i + 1, new List<string>());
            while (i + 1 < lines.Length && lines[i + 1].StartsWith(' ') && lines[i + 1].Trim().Length > 0)
            {
                var entry = lines[++i].Trim();
                if (!entry.StartsWith('#'))
                    block.Add(entry);
            }
            yield return (head, number, block);
        }
    }
}
