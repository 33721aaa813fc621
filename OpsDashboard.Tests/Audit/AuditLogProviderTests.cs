using OpsDashboard.Storage;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Audit;

public sealed class SqliteAuditLogTests() : AuditLogTests(StorageProvider.Sqlite)
{
    [Theory]
    [InlineData("UPDATE audit_entry SET subject = 'thing/x' WHERE sequence = 3", 3, "hash does not match")]
    [InlineData("UPDATE audit_entry SET at = at + 1 WHERE sequence = 1", 1, "hash does not match")]
    [InlineData("UPDATE audit_particulars SET text = '{}' WHERE sequence = 4", 4, "particulars were changed")]
    [InlineData("DELETE FROM audit_entry WHERE sequence = 2", 2, "missing")]
    [InlineData("DELETE FROM audit_entry WHERE sequence >= 5", 5, "signature says that they existed")]
    [InlineData("DELETE FROM audit_entry", 1, "signature says that they existed")]
    public Task Tampering_NamesTheFirstBrokenEntry(string sql, long expected, string reason) => Tampering_NamesTheFirstBrokenEntry_Core(sql, expected, reason);

    [Fact]
    public Task Append_ManyAtOnce_MakesOneUnbrokenChain() => Append_ManyAtOnce_MakesOneUnbrokenChain_Core();

    [Fact]
    public Task Commit_WritesChangeAndEntryTogether_OrNeither() => Commit_WritesChangeAndEntryTogether_OrNeither_Core();

    [Fact]
    public Task Commit_FromManyContextsAtOnce_KeepsTheChain() => Commit_FromManyContextsAtOnce_KeepsTheChain_Core();

    [Fact]
    public Task Database_RefusesUpdateAndDelete() => Database_RefusesUpdateAndDelete_Core();

    [Fact]
    public Task Erasure_KeepsTheChain() => Erasure_KeepsTheChain_Core();

    [Fact]
    public Task Find_FiltersAndPages() => Find_FiltersAndPages_Core();

    [Fact]
    public Task Export_VerifiesOffline_AndShowsEveryForgery() => Export_VerifiesOffline_AndShowsEveryForgery_Core();

    [Fact]
    public Task ClockStepsBack_StampsDoNot() => ClockStepsBack_StampsDoNot_Core();
}

public sealed class PostgresAuditLogTests() : AuditLogTests(StorageProvider.Postgres)
{
    [PostgresTheory]
    [InlineData("UPDATE audit_entry SET subject = 'thing/x' WHERE sequence = 3", 3, "hash does not match")]
    [InlineData("UPDATE audit_entry SET at = at + 1 WHERE sequence = 1", 1, "hash does not match")]
    [InlineData("UPDATE audit_particulars SET text = '{}' WHERE sequence = 4", 4, "particulars were changed")]
    [InlineData("DELETE FROM audit_entry WHERE sequence = 2", 2, "missing")]
    [InlineData("DELETE FROM audit_entry WHERE sequence >= 5", 5, "signature says that they existed")]
    [InlineData("DELETE FROM audit_entry", 1, "signature says that they existed")]
    public Task Tampering_NamesTheFirstBrokenEntry(string sql, long expected, string reason) => Tampering_NamesTheFirstBrokenEntry_Core(sql, expected, reason);

    [PostgresFact]
    public Task Append_ManyAtOnce_MakesOneUnbrokenChain() => Append_ManyAtOnce_MakesOneUnbrokenChain_Core();

    [PostgresFact]
    public Task Commit_WritesChangeAndEntryTogether_OrNeither() => Commit_WritesChangeAndEntryTogether_OrNeither_Core();

    [PostgresFact]
    public Task Commit_FromManyContextsAtOnce_KeepsTheChain() => Commit_FromManyContextsAtOnce_KeepsTheChain_Core();

    [PostgresFact]
    public Task Database_RefusesUpdateAndDelete() => Database_RefusesUpdateAndDelete_Core();

    [PostgresFact]
    public Task Erasure_KeepsTheChain() => Erasure_KeepsTheChain_Core();

    [PostgresFact]
    public Task Find_FiltersAndPages() => Find_FiltersAndPages_Core();

    [PostgresFact]
    public Task Export_VerifiesOffline_AndShowsEveryForgery() => Export_VerifiesOffline_AndShowsEveryForgery_Core();

    [PostgresFact]
    public Task ClockStepsBack_StampsDoNot() => ClockStepsBack_StampsDoNot_Core();
}
