namespace OpsDashboard.Metrics.PromQl.Evaluation;

/// <summary>Kahan's summation in Neumaier's form, as Prometheus' util/kahansum: the low bits that an addition loses are kept beside.</summary>
struct CompensatedSum(double sum, double lost = 0)
{
    public double Sum { get; private set; } = sum;
    public double Lost { get; private set; } = lost;

    public readonly double Total => Sum + Lost;

    public void Add(double value)
    {
        var next = Sum + value;
        Lost = double.IsInfinity(next) ? 0
            : Math.Abs(Sum) >= Math.Abs(value) ? Lost + (Sum - next + value)
            : Lost + (value - next + Sum);
        Sum = next;
    }
}

/// <summary>The arithmetic mean: of the sum, or incrementally once the sum would overflow (promql/engine.go, aggregation, AVG).</summary>
struct RunningMean(double first)
{
    CompensatedSum sum = new(first);
    double count = 1;
    bool isIncremental;

    public readonly double Mean => isIncremental ? sum.Total : (sum.Sum / count) + (sum.Lost / count);

    public void Add(double value)
    {
        count++;
        if (!isIncremental)
        {
            var next = sum;
            next.Add(value);
            if (!double.IsInfinity(next.Sum))
            {
                sum = next;
                return;
            }
            isIncremental = true;
            sum = new(sum.Sum / (count - 1), sum.Lost / (count - 1));
        }
        var share = (count - 1) / count;
        sum = new(share * sum.Sum, share * sum.Lost);
        sum.Add(value / count);
    }
}

/// <summary>Mean and squared deviations in one pass, by Welford's method.</summary>
struct RunningVariance
{
    CompensatedSum mean;
    CompensatedSum squares;
    double count;

    public readonly double Variance => squares.Total / count;

    public void Add(double value)
    {
        count++;
        var delta = value - mean.Total;
        mean.Add(delta / count);
        squares.Add(delta * (value - mean.Total));
    }
}
