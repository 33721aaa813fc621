namespace OpsDashboard.Metrics.Intake.OpenMetrics;

/// <summary>How many texts may come in at a time. Thread-safe.</summary>
sealed class ImportPlaces(IntakeOptions options)
{
    readonly SemaphoreSlim places = new(options.MaxImports, options.MaxImports);

    /// <summary>A place, to be disposed; null where all are taken.</summary>
    public IDisposable? Take() => places.Wait(0) ? new Place(places) : null;

    sealed class Place(SemaphoreSlim places) : IDisposable
    {
        public void Dispose() => places.Release();
    }
}
