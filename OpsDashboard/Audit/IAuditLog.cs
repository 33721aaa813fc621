using Microsoft.EntityFrameworkCore;

namespace OpsDashboard.Audit;

public enum AuditOutcome { Done, Refused, Failed }

/// <summary>What happened, before it has a place in the chain.</summary>
/// <param name="Action"><c>noun.past_verb</c>, e.g. <c>catalogue.reloaded</c>, <c>account.created</c>, <c>fault.injected</c>.</param>
/// <param name="Subject">What it was done to, e.g. <c>system/case-opening</c>.</param>
/// <param name="Particulars">Before and after, parameters, reason; values fit for JSON, no secrets.</param>
public sealed record AuditRecord(Actor Actor, string Action, string Subject, AuditOutcome Outcome = AuditOutcome.Done, IReadOnlyDictionary<string, object?>? Particulars = null);

/// <summary>The append-only log. Thread-safe. An action whose entry cannot be written does not happen.</summary>
public interface IAuditLog
{
    /// <summary>Saves the context's pending changes and the entry in one transaction; taking the chain's lock is the last statement before the commit.</summary>
    Task CommitAsync(DbContext changes, AuditRecord record, CancellationToken stop);

    /// <summary>Writes an entry for something that changes no row: a refusal, a sign-in, a call to the simulator.</summary>
    Task AppendAsync(AuditRecord record, CancellationToken stop);
}
