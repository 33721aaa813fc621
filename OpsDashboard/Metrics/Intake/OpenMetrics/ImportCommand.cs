using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using OpsDashboard.Audit;
using OpsDashboard.Live;
using OpsDashboard.Storage;

namespace OpsDashboard.Metrics.Intake.OpenMetrics;

/// <summary>
/// <c>OpsDashboard import &lt;file&gt;</c>: back-fills into the configured store. With the embedded database the dashboard must be stopped
/// meanwhile; a running one takes the same file at POST /api/ingest/openmetrics.
/// </summary>
static class ImportCommand
{
    const string Usage = "Usage: OpsDashboard import <file>     (OpenMetrics text with a time stamp on every sample, ending with # EOF; - reads standard input)";

    public static async Task<int> RunAsync(string[] args)
    {
        if (args is not [var path] || path.StartsWith("--", StringComparison.Ordinal))
            return Fail(Usage);
        if (path != "-" && !File.Exists(path))
            return Fail($"There is no file {path}.");
        try
        {
            await using var file = path == "-" ? await SpoolAsync(Console.OpenStandardInput()) : File.OpenRead(path);
            return await StoreAsync(file, path);
        }
        catch (MalformedFileException malformed)
        {
            return Fail($"{path}: {malformed.Message}. Nothing was stored.");
        }
        catch (Exception failed) when (failed is InvalidOperationException or SeriesLimitException or IOException or System.Data.Common.DbException)
        {
            return Fail($"{failed.Message}{Environment.NewLine}A running dashboard takes the file at POST /api/ingest/openmetrics.");
        }
    }

    static async Task<int> StoreAsync(Stream file, string name)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.AddStorage().AddReplicas().AddMetrics().AddIntake();
        builder.Services.AddSingleton<IServer, NoServer>();
        await using var app = builder.Build();
        await app.StartAsync();
        var report = await app.Services.GetRequiredService<Backfill>().RunAsync(file, Actor.Program, CancellationToken.None);
        await app.StopAsync();
        Console.WriteLine($"{name}: {report.Outcome.Accepted} samples of {report.Series} series stored.");
        return report.Outcome.Refused == 0 ? 0 : Fail($"{report.Outcome.Sentence()}.");
    }

    // A file is read twice, a pipe can be read once.
    static async Task<Stream> SpoolAsync(Stream input)
    {
        var spool = new FileStream(Path.Combine(Path.GetTempPath(), $"ops-import-{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 64 * 1024, FileOptions.DeleteOnClose);
        await input.CopyToAsync(spool);
        spool.Position = 0;
        return spool;
    }

    static int Fail(string reason)
    {
        Console.Error.WriteLine(reason);
        return 1;
    }

    /// <summary>The hosted services of the store run, but nothing listens.</summary>
    sealed class NoServer : IServer
    {
        public IFeatureCollection Features { get; } = new FeatureCollection();

        public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken) where TContext : notnull => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose()
        {
        }
    }
}
