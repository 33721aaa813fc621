using OpsDashboard.Storage;

namespace OpsDashboard.Audit;

/// <summary>The database itself refuses to change or delete what is in the chain. Texts and names may be deleted (erasure), never changed in place.</summary>
sealed class AuditGuard : ISchemaScript
{
    static readonly string[] Frozen = ["audit_entry", "audit_checkpoint"];

    public string Sqlite { get; } = string.Concat(Frozen.SelectMany(table => new[] { SqliteTrigger(table, "update"), SqliteTrigger(table, "delete") }))
        + SqliteTrigger("audit_particulars", "update");

    public string Postgres { get; } = """
        CREATE OR REPLACE FUNCTION ops.audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'the audit log is append-only: % of % refused', TG_OP, TG_TABLE_NAME; END $$;
        """ + string.Concat(Frozen.Select(table => PostgresTriggers(table, "UPDATE OR DELETE"))) + PostgresTriggers("audit_particulars", "UPDATE");

    static string SqliteTrigger(string table, string verb) =>
        $"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, 'the audit log is append-only: {verb} of {table} refused'); END;\n";

    // Created only where missing: replacing would lock the table at every start of a replica.
    static string PostgresTriggers(string table, string verbs) => $"""
        DO $$ BEGIN
          IF NOT EXISTS (SELECT 1 FROM pg_trigger WHERE tgname = '{table}_append_only' AND tgrelid = 'ops.{table}'::regclass) THEN
            CREATE TRIGGER {table}_append_only BEFORE {verbs} ON ops.{table} FOR EACH ROW EXECUTE FUNCTION ops.audit_refuse();
          END IF;
          IF NOT EXISTS (SELECT 1 FROM pg_trigger WHERE tgname = '{table}_no_truncate' AND tgrelid = 'ops.{table}'::regclass) THEN
            CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON ops.{table} FOR EACH STATEMENT EXECUTE FUNCTION ops.audit_refuse();
          END IF;
        END $$;

        """;
}
