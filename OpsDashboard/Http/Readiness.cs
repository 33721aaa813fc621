using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using OpsDashboard.Storage;

namespace OpsDashboard.Http;

/// <summary>Something that the dashboard needs. Registered by the feature that needs it.</summary>
public interface IReadinessCheck
{
    string Name { get; }

    /// <summary>False: without it the dashboard is degraded, not unready.</summary>
    bool IsRequired { get; }

    /// <summary>Null: usable. Else why not, fit for strangers: no address, no secret.</summary>
    Task<string?> ProblemAsync(CancellationToken stop);
}

public sealed record ReadinessPart(string Name, bool IsUsable, bool IsRequired, string? Problem);

/// <param name="Status"><c>ready</c>, <c>degraded</c> or <c>unready</c>.</param>
public sealed record ReadinessReport(string Status, IReadOnlyList<ReadinessPart> Checks);

/// <summary>Asks every check, at most once a second: the address is open to strangers.</summary>
public sealed class Readiness(IEnumerable<IReadinessCheck> checks, TimeProvider clock) : IDisposable
{
    static readonly TimeSpan Kept = TimeSpan.FromSeconds(1), Patience = TimeSpan.FromSeconds(2);

    readonly SemaphoreSlim gate = new(1, 1);
    ReadinessReport? last;
    long lastAt;

    public async Task<ReadinessReport> ReportAsync(CancellationToken stop)
    {
        await gate.WaitAsync(stop);
        try
        {
            if (last is not null && clock.GetElapsedTime(lastAt) < Kept)
                return last;
            var parts = await Task.WhenAll(checks.Select(AskAsync));
            last = new(parts.Any(part => part is { IsUsable: false, IsRequired: true }) ? "unready" : parts.Any(part => !part.IsUsable) ? "degraded" : "ready", parts);
            lastAt = clock.GetTimestamp();
            return last;
        }
        finally
        {
            gate.Release();
        }
    }

    public void Dispose() => gate.Dispose();

    async Task<ReadinessPart> AskAsync(IReadinessCheck check)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        string? problem;
        try
        {
            problem = await check.ProblemAsync(patience.Token).WaitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            problem = "does not answer";
        }
        return new(check.Name, problem is null, check.IsRequired, problem);
    }
}

sealed class DatabaseReadiness(IDbContextFactory<OpsContext> contexts) : IReadinessCheck
{
    public string Name => "database";

    public bool IsRequired => true;

    public async Task<string?> ProblemAsync(CancellationToken stop)
    {
        try
        {
            await using var context = contexts.CreateDbContext();
            await context.Set<Access.Account>().AnyAsync(stop);
            return null;
        }
        catch (Exception failure) when (failure is DbException or InvalidOperationException)
        {
            return "cannot be read";
        }
    }
}
