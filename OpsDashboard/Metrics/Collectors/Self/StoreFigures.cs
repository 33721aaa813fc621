namespace OpsDashboard.Metrics.Collectors.Self;

/// <summary>How the sample store does.</summary>
sealed class StoreFigures(ISampleStoreHealth store) : ISelfFigures
{
    public void Report(SelfFigures figures)
    {
        var status = store.Status;
        figures.Gauge("samplestore_live_series", "Series in memory.", status.LiveSeries);
        figures.Gauge("samplestore_series", "Series that are known.", status.KnownSeries);
        figures.Gauge("samplestore_head_bytes", "Compressed samples in memory, not sealed yet.", status.HeadBytes);
        figures.Counter("samplestore_samples_appended_total", "Samples taken since the start.", status.SamplesAppended);
        figures.Counter("samplestore_samples_late_total", "Samples that came after their time was sealed.", status.LateSamples);
        figures.Counter("samplestore_samples_refused_total", "Samples refused since the start.", status.RefusedConflicting, ("reason", "conflicting"));
        figures.Counter("samplestore_samples_refused_total", "Samples refused since the start.", status.RefusedTooFarAhead, ("reason", "too_far_ahead"));
        figures.Counter("samplestore_samples_refused_total", "Samples refused since the start.", status.RefusedTooOld, ("reason", "too_old"));
        figures.Counter("samplestore_wal_bytes_total", "Bytes of write-ahead records since the start.", status.WalBytes);
        figures.Counter("samplestore_chunk_bytes_total", "Bytes of sealed chunks since the start.", status.ChunkBytes);
        figures.Gauge("samplestore_buffered_samples", "Samples that wait for the database.", status.BufferedSamples);
        figures.Gauge("samplestore_buffered_bytes", "Memory of the samples that wait.", status.BufferedBytes);
        figures.Counter("samplestore_buffer_overflow_total", "Samples that found the buffer full.", status.BufferOverflow);
        figures.Gauge("samplestore_lag_seconds", "For how long the oldest sample has waited for the database.", status.Lag.TotalSeconds);
        figures.Gauge("samplestore_writable", "1 while the database can be written.", status.LastError is null ? 1 : 0);
        figures.Gauge("clock_behind_seconds", "How far the wall clock is behind stamps already given, because it was set back.", status.ClockBehind.TotalSeconds);
    }
}
