namespace OpsDashboard.Metrics.Intake;

/// <summary>One series as a sender gave it.</summary>
sealed record ReceivedSeries(Labels Labels, IReadOnlyList<Sample> Samples);

/// <summary>Samples that came from outside, read but not stored yet.</summary>
sealed class ReceivedBatch
{
    public List<ReceivedSeries> Series { get; } = [];
    public List<MetricMetadata> Metadata { get; } = [];

    /// <summary>Samples whose labels name no series.</summary>
    public int InvalidLabels { get; set; }

    /// <summary>Native histograms, which are not kept here.</summary>
    public int Histograms { get; set; }

    public int SampleCount
    {
        get
        {
            var count = 0;
            foreach (var series in Series)
                count += series.Samples.Count;
            return count;
        }
    }
}
