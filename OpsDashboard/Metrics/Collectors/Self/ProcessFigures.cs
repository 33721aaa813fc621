using System.Diagnostics;

namespace OpsDashboard.Metrics.Collectors.Self;

/// <summary>CPU, memory, garbage collection and thread pool of this process.</summary>
sealed class ProcessFigures(TimeProvider clock) : ISelfFigures
{
    readonly double startedAt = clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;

    public void Report(SelfFigures figures)
    {
        using var process = Process.GetCurrentProcess();
        figures.Counter("process_cpu_seconds_total", "CPU time used by the program.", process.TotalProcessorTime.TotalSeconds);
        figures.Gauge("process_resident_memory_bytes", "Resident memory of the program.", process.WorkingSet64);
        figures.Gauge("process_threads", "Threads of the program.", process.Threads.Count);
        figures.Gauge("process_start_time_seconds", "When the program started, in seconds since 1970.", startedAt);
        figures.Gauge("dotnet_heap_bytes", "Managed heap, garbage included.", GC.GetTotalMemory(forceFullCollection: false));
        var full = GC.GetGCMemoryInfo(GCKind.FullBlocking);
        figures.Gauge("dotnet_live_heap_bytes", "Managed heap as the last full blocking collection left it; 0 before the first.", full.HeapSizeBytes - full.FragmentedBytes);
        figures.Gauge("dotnet_committed_bytes", "Memory that the garbage collector has taken from the system.", GC.GetGCMemoryInfo().TotalCommittedBytes);
        figures.Counter("dotnet_allocated_bytes_total", "Bytes allocated.", GC.GetTotalAllocatedBytes());
        figures.Counter("dotnet_gc_pause_seconds_total", "Time for which collections stopped the program.", GC.GetTotalPauseDuration().TotalSeconds);
        for (var generation = 0; generation <= GC.MaxGeneration; generation++)
            figures.Counter("dotnet_gc_collections_total", "Garbage collections.", GC.CollectionCount(generation), ("generation", generation.ToString()));
        figures.Gauge("dotnet_threadpool_queue_length", "Work that waits for a thread.", ThreadPool.PendingWorkItemCount);
        figures.Gauge("dotnet_threadpool_threads", "Threads of the pool.", ThreadPool.ThreadCount);
    }
}
