using System.Runtime.CompilerServices;
using OpsDashboard.Audit;

namespace OpsDashboard.Access;

/// <summary>The audit log for those who may read it. An export takes names and addresses out of the house, so it is audited itself.</summary>
public sealed class AuditDesk(AuditReader reader, AuditVerification verification, AuditExport export, IAuditLog audit)
{
    public const int MaxLimit = 500;

    /// <summary>Newest first.</summary>
    public Task<IReadOnlyList<AuditLine>> FindAsync(Actor by, AuditFilter filter, long? before, int limit, CancellationToken stop)
    {
        by.Demand(Permission.ReadAudit);
        return reader.FindAsync(filter, before, Math.Clamp(limit, 1, MaxLimit), stop);
    }

    public async Task<AuditVerdict> VerifyAsync(Actor by, CancellationToken stop)
    {
        by.Demand(Permission.ReadAudit);
        var verdict = await verification.VerifyAsync(stop);
        await audit.AppendAsync(new(by, "audit.verified", "audit", verdict.IsIntact ? AuditOutcome.Done : AuditOutcome.Failed, new Dictionary<string, object?> { ["result"] = verdict.Sentence }), stop);
        return verdict;
    }

    /// <summary>The whole log as signed JSON lines.</summary>
    public async IAsyncEnumerable<string> ExportAsync(Actor by, [EnumeratorCancellation] CancellationToken stop)
    {
        by.Demand(Permission.ExportAudit);
        await audit.AppendAsync(new(by, "audit.exported", "audit"), stop);
        await foreach (var line in export.LinesAsync(stop))
            yield return line;
    }
}
