using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace OpsDashboard.Storage.Postgres
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.EnsureSchema(
                name: "ops");

            migrationBuilder.CreateTable(
                name: "account",
                schema: "ops",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    email = table.Column<string>(type: "text", nullable: false),
                    email_key = table.Column<string>(type: "text", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    password_hash = table.Column<string>(type: "text", nullable: true),
                    grants = table.Column<string>(type: "text", nullable: false),
                    stamp = table.Column<string>(type: "text", nullable: false),
                    is_disabled = table.Column<bool>(type: "boolean", nullable: false),
                    failed_sign_ins = table.Column<int>(type: "integer", nullable: false),
                    locked_until = table.Column<long>(type: "bigint", nullable: true),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    last_sign_in_at = table.Column<long>(type: "bigint", nullable: true),
                    version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_account", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "acknowledgement",
                schema: "ops",
                columns: table => new
                {
                    alert_id = table.Column<Guid>(type: "uuid", nullable: false),
                    system_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    owner_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    owner_name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    note = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: false),
                    at = table.Column<long>(type: "bigint", nullable: false),
                    until = table.Column<long>(type: "bigint", nullable: true),
                    version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_acknowledgement", x => x.alert_id);
                });

            migrationBuilder.CreateTable(
                name: "alert_note",
                schema: "ops",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    alert_id = table.Column<Guid>(type: "uuid", nullable: false),
                    system_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    author_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    author_name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    text = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: false),
                    at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_alert_note", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "alert_transition",
                schema: "ops",
                columns: table => new
                {
                    sequence = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    alert_id = table.Column<Guid>(type: "uuid", nullable: false),
                    from = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    to = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    at = table.Column<long>(type: "bigint", nullable: false),
                    severity = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    system_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    is_inhibited = table.Column<bool>(type: "boolean", nullable: false),
                    number = table.Column<double>(type: "double precision", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_alert_transition", x => x.sequence);
                });

            migrationBuilder.CreateTable(
                name: "api_token",
                schema: "ops",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    grants = table.Column<string>(type: "text", nullable: false),
                    created_by = table.Column<string>(type: "text", nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    expires_at = table.Column<long>(type: "bigint", nullable: false),
                    revoked_at = table.Column<long>(type: "bigint", nullable: true),
                    version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_api_token", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "audit_checkpoint",
                schema: "ops",
                columns: table => new
                {
                    sequence = table.Column<long>(type: "bigint", nullable: false),
                    at = table.Column<long>(type: "bigint", nullable: false),
                    hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    signature = table.Column<byte[]>(type: "bytea", nullable: false),
                    key_id = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_audit_checkpoint", x => x.sequence);
                });

            migrationBuilder.CreateTable(
                name: "audit_entry",
                schema: "ops",
                columns: table => new
                {
                    sequence = table.Column<long>(type: "bigint", nullable: false),
                    format_version = table.Column<int>(type: "integer", nullable: false),
                    at = table.Column<long>(type: "bigint", nullable: false),
                    actor_id = table.Column<string>(type: "text", nullable: false),
                    action = table.Column<string>(type: "text", nullable: false),
                    subject = table.Column<string>(type: "text", nullable: false),
                    outcome = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    particulars_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    hash = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_audit_entry", x => x.sequence);
                });

            migrationBuilder.CreateTable(
                name: "audit_key",
                schema: "ops",
                columns: table => new
                {
                    key_id = table.Column<string>(type: "text", nullable: false),
                    public_key = table.Column<byte[]>(type: "bytea", nullable: false),
                    private_key = table.Column<byte[]>(type: "bytea", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_audit_key", x => x.key_id);
                });

            migrationBuilder.CreateTable(
                name: "audit_name",
                schema: "ops",
                columns: table => new
                {
                    actor_id = table.Column<string>(type: "text", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_audit_name", x => x.actor_id);
                });

            migrationBuilder.CreateTable(
                name: "audit_particulars",
                schema: "ops",
                columns: table => new
                {
                    sequence = table.Column<long>(type: "bigint", nullable: false),
                    salt = table.Column<byte[]>(type: "bytea", nullable: false),
                    text = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_audit_particulars", x => x.sequence);
                });

            migrationBuilder.CreateTable(
                name: "automation_switch",
                schema: "ops",
                columns: table => new
                {
                    scope = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    is_on = table.Column<bool>(type: "boolean", nullable: false),
                    reason = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: false),
                    set_by = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    set_at = table.Column<long>(type: "bigint", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_automation_switch", x => x.scope);
                });

            migrationBuilder.CreateTable(
                name: "catalogue_overlay",
                schema: "ops",
                columns: table => new
                {
                    path = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    text = table.Column<string>(type: "text", nullable: true),
                    base_text = table.Column<string>(type: "text", nullable: true),
                    edited_by = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    edited_at = table.Column<long>(type: "bigint", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_catalogue_overlay", x => x.path);
                });

            migrationBuilder.CreateTable(
                name: "data_protection_key",
                schema: "ops",
                columns: table => new
                {
                    name = table.Column<string>(type: "text", nullable: false),
                    xml = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_data_protection_key", x => x.name);
                });

            migrationBuilder.CreateTable(
                name: "delivery",
                schema: "ops",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    notification_id = table.Column<Guid>(type: "uuid", nullable: false),
                    receiver = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    method = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    destination = table.Column<string>(type: "text", nullable: false),
                    queue = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    state = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    history = table.Column<string>(type: "text", nullable: false),
                    result = table.Column<string>(type: "text", nullable: true),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    next_attempt_at = table.Column<long>(type: "bigint", nullable: false),
                    delivered_at = table.Column<long>(type: "bigint", nullable: true),
                    next_method_at = table.Column<long>(type: "bigint", nullable: true),
                    fence = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_delivery", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "document_draft",
                schema: "ops",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    path = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    text = table.Column<string>(type: "text", nullable: true),
                    based_on = table.Column<int>(type: "integer", nullable: false),
                    reason = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: false),
                    written_by = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    written_at = table.Column<long>(type: "bigint", nullable: false),
                    state = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    decided_by = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    decided_at = table.Column<long>(type: "bigint", nullable: true),
                    version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_document_draft", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "document_version",
                schema: "ops",
                columns: table => new
                {
                    path = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    text = table.Column<string>(type: "text", nullable: true),
                    by = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_document_version", x => new { x.path, x.number });
                });

            migrationBuilder.CreateTable(
                name: "drill",
                schema: "ops",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    system_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    fault = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    started_by = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    started_at = table.Column<long>(type: "bigint", nullable: false),
                    state = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    alert_id = table.Column<Guid>(type: "uuid", nullable: true),
                    alert_name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    detected_at = table.Column<long>(type: "bigint", nullable: true),
                    acknowledged_at = table.Column<long>(type: "bigint", nullable: true),
                    acknowledged_by = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    green_at = table.Column<long>(type: "bigint", nullable: true),
                    runbook_id = table.Column<string>(type: "character varying(130)", maxLength: 130, nullable: true),
                    wrong_turns = table.Column<int>(type: "integer", nullable: false),
                    ended_at = table.Column<long>(type: "bigint", nullable: true),
                    version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_drill", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "entered_figure",
                schema: "ops",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    system_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    kpi_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    day = table.Column<string>(type: "character varying(10)", maxLength: 10, nullable: false),
                    revision = table.Column<int>(type: "integer", nullable: false),
                    at = table.Column<long>(type: "bigint", nullable: false),
                    value = table.Column<double>(type: "double precision", nullable: false),
                    source = table.Column<string>(type: "character varying(120)", maxLength: 120, nullable: false),
                    note = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: false),
                    entered_by_id = table.Column<string>(type: "text", nullable: false),
                    entered_by = table.Column<string>(type: "text", nullable: false),
                    entered_at = table.Column<long>(type: "bigint", nullable: false),
                    is_stored = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_entered_figure", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "evaluator_epoch",
                schema: "ops",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false),
                    epoch = table.Column<long>(type: "bigint", nullable: false),
                    evaluated_at = table.Column<long>(type: "bigint", nullable: false),
                    report = table.Column<byte[]>(type: "bytea", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_evaluator_epoch", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "external_alert",
                schema: "ops",
                columns: table => new
                {
                    alert_id = table.Column<Guid>(type: "uuid", nullable: false),
                    ends_at = table.Column<long>(type: "bigint", nullable: false),
                    updated_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_external_alert", x => x.alert_id);
                });

            migrationBuilder.CreateTable(
                name: "idempotency_key",
                schema: "ops",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "bytea", nullable: false),
                    body_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    started_at = table.Column<long>(type: "bigint", nullable: false),
                    status = table.Column<int>(type: "integer", nullable: false),
                    content_type = table.Column<string>(type: "text", nullable: true),
                    location = table.Column<string>(type: "text", nullable: true),
                    e_tag = table.Column<string>(type: "text", nullable: true),
                    body = table.Column<byte[]>(type: "bytea", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_idempotency_key", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "incident_alert",
                schema: "ops",
                columns: table => new
                {
                    alert_id = table.Column<Guid>(type: "uuid", nullable: false),
                    incident_id = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_incident_alert", x => x.alert_id);
                });

            migrationBuilder.CreateTable(
                name: "incident_cursor",
                schema: "ops",
                columns: table => new
                {
                    name = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    sequence = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_incident_cursor", x => x.name);
                });

            migrationBuilder.CreateTable(
                name: "lease",
                schema: "ops",
                columns: table => new
                {
                    name = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    holder = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    fence = table.Column<long>(type: "bigint", nullable: false),
                    until = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_lease", x => x.name);
                });

            migrationBuilder.CreateTable(
                name: "notification",
                schema: "ops",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    receiver = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    group_key = table.Column<string>(type: "text", nullable: false),
                    reason = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    is_firing = table.Column<bool>(type: "boolean", nullable: false),
                    system_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    title = table.Column<string>(type: "text", nullable: false),
                    payload = table.Column<string>(type: "text", nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_notification", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "paging_call",
                schema: "ops",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    matter_id = table.Column<string>(type: "character varying(250)", maxLength: 250, nullable: false),
                    system_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    component_id = table.Column<string>(type: "text", nullable: true),
                    policy_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    severity = table.Column<string>(type: "text", nullable: false),
                    sentence = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: false),
                    address = table.Column<string>(type: "text", nullable: false),
                    alerts = table.Column<string>(type: "text", nullable: false),
                    started_at = table.Column<long>(type: "bigint", nullable: false),
                    leg = table.Column<int>(type: "integer", nullable: false),
                    leg_level = table.Column<int>(type: "integer", nullable: false),
                    leg_at = table.Column<long>(type: "bigint", nullable: false),
                    level = table.Column<int>(type: "integer", nullable: false),
                    repeat = table.Column<int>(type: "integer", nullable: false),
                    acknowledged_at = table.Column<long>(type: "bigint", nullable: true),
                    acknowledged_by = table.Column<string>(type: "text", nullable: true),
                    forgotten_at = table.Column<long>(type: "bigint", nullable: true),
                    void_until = table.Column<long>(type: "bigint", nullable: true),
                    stopped_at = table.Column<long>(type: "bigint", nullable: true),
                    note = table.Column<string>(type: "text", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_paging_call", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "paused_target",
                schema: "ops",
                columns: table => new
                {
                    target_id = table.Column<string>(type: "text", nullable: false),
                    by = table.Column<string>(type: "text", nullable: false),
                    at = table.Column<long>(type: "bigint", nullable: false),
                    reason = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_paused_target", x => x.target_id);
                });

            migrationBuilder.CreateTable(
                name: "pinned_panel",
                schema: "ops",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    owner_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    dashboard = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    title = table.Column<string>(type: "character varying(120)", maxLength: 120, nullable: false),
                    expression = table.Column<string>(type: "character varying(4000)", maxLength: 4000, nullable: false),
                    unit = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    pinned_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_pinned_panel", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "posted_update",
                schema: "ops",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    key = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: false),
                    system_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    incident_id = table.Column<Guid>(type: "uuid", nullable: true),
                    silence_id = table.Column<Guid>(type: "uuid", nullable: true),
                    subject = table.Column<string>(type: "text", nullable: false),
                    body = table.Column<string>(type: "text", nullable: false),
                    is_public = table.Column<bool>(type: "boolean", nullable: false),
                    at = table.Column<long>(type: "bigint", nullable: false),
                    by_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    by_name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    from = table.Column<long>(type: "bigint", nullable: true),
                    until = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_posted_update", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "push_subscription",
                schema: "ops",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    account_id = table.Column<Guid>(type: "uuid", nullable: false),
                    endpoint_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    @protected = table.Column<string>(name: "protected", type: "text", nullable: false),
                    device = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    delivered_at = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_push_subscription", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "run_lock",
                schema: "ops",
                columns: table => new
                {
                    resource = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    run_id = table.Column<Guid>(type: "uuid", nullable: false),
                    run_number = table.Column<long>(type: "bigint", nullable: false),
                    since = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_run_lock", x => x.resource);
                });

            migrationBuilder.CreateTable(
                name: "run_output",
                schema: "ops",
                columns: table => new
                {
                    run_id = table.Column<Guid>(type: "uuid", nullable: false),
                    first_line = table.Column<long>(type: "bigint", nullable: false),
                    lines = table.Column<int>(type: "integer", nullable: false),
                    text = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_run_output", x => new { x.run_id, x.first_line });
                });

            migrationBuilder.CreateTable(
                name: "sent_page",
                schema: "ops",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    call_id = table.Column<Guid>(type: "uuid", nullable: false),
                    leg = table.Column<int>(type: "integer", nullable: false),
                    level = table.Column<int>(type: "integer", nullable: false),
                    repeat = table.Column<int>(type: "integer", nullable: false),
                    person_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    person_name = table.Column<string>(type: "text", nullable: false),
                    at = table.Column<long>(type: "bigint", nullable: false),
                    state = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    detail = table.Column<string>(type: "text", nullable: false),
                    way = table.Column<int>(type: "integer", nullable: false),
                    notification_id = table.Column<Guid>(type: "uuid", nullable: true),
                    next_way_at = table.Column<long>(type: "bigint", nullable: true),
                    delivered_at = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_sent_page", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "sent_record",
                schema: "ops",
                columns: table => new
                {
                    key = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    group_key = table.Column<string>(type: "text", nullable: false),
                    receiver = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    firing = table.Column<byte[]>(type: "bytea", nullable: false),
                    sent_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_sent_record", x => x.key);
                });

            migrationBuilder.CreateTable(
                name: "shift_override",
                schema: "ops",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    schedule_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    person_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    from = table.Column<long>(type: "bigint", nullable: false),
                    to = table.Column<long>(type: "bigint", nullable: false),
                    reason = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: false),
                    made_by = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    made_at = table.Column<long>(type: "bigint", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_shift_override", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "stored_alert",
                schema: "ops",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    rule_id = table.Column<string>(type: "text", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    labels = table.Column<string>(type: "text", nullable: false),
                    fingerprint = table.Column<long>(type: "bigint", nullable: false),
                    annotations = table.Column<string>(type: "text", nullable: false),
                    state = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    severity = table.Column<string>(type: "text", nullable: false),
                    system_id = table.Column<string>(type: "text", nullable: true),
                    component_id = table.Column<string>(type: "text", nullable: true),
                    value = table.Column<double>(type: "double precision", nullable: true),
                    value_at_trigger = table.Column<double>(type: "double precision", nullable: true),
                    active_at = table.Column<long>(type: "bigint", nullable: false),
                    fired_at = table.Column<long>(type: "bigint", nullable: true),
                    resolved_at = table.Column<long>(type: "bigint", nullable: true),
                    keep_firing_since = table.Column<long>(type: "bigint", nullable: true),
                    expression = table.Column<string>(type: "text", nullable: false),
                    @for = table.Column<long>(name: "for", type: "bigint", nullable: false),
                    origin = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    generator_url = table.Column<string>(type: "text", nullable: false),
                    inhibited_by = table.Column<Guid>(type: "uuid", nullable: true),
                    flap_score = table.Column<double>(type: "double precision", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_stored_alert", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "stored_incident",
                schema: "ops",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    number = table.Column<long>(type: "bigint", nullable: false),
                    system_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    open_key = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: false),
                    open_for = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    severity = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    status = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    is_open = table.Column<bool>(type: "boolean", nullable: false),
                    opened_at = table.Column<long>(type: "bigint", nullable: false),
                    resolved_at = table.Column<long>(type: "bigint", nullable: true),
                    update_due_at = table.Column<long>(type: "bigint", nullable: true),
                    review_due_at = table.Column<long>(type: "bigint", nullable: true),
                    document = table.Column<string>(type: "text", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_stored_incident", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "stored_run",
                schema: "ops",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    number = table.Column<long>(type: "bigint", nullable: false),
                    runbook_id = table.Column<string>(type: "character varying(130)", maxLength: 130, nullable: false),
                    system_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    alert_id = table.Column<Guid>(type: "uuid", nullable: true),
                    start_key = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: false),
                    started_at = table.Column<long>(type: "bigint", nullable: false),
                    status = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    effect = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    needs_a_person = table.Column<bool>(type: "boolean", nullable: false),
                    is_in_line = table.Column<bool>(type: "boolean", nullable: false),
                    is_muting = table.Column<bool>(type: "boolean", nullable: false),
                    due_at = table.Column<long>(type: "bigint", nullable: true),
                    ended_at = table.Column<long>(type: "bigint", nullable: true),
                    review_due_at = table.Column<long>(type: "bigint", nullable: true),
                    recovery_milliseconds = table.Column<long>(type: "bigint", nullable: true),
                    objective_milliseconds = table.Column<long>(type: "bigint", nullable: true),
                    is_drill = table.Column<bool>(type: "boolean", nullable: false),
                    document = table.Column<string>(type: "text", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_stored_run", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "stored_silence",
                schema: "ops",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    matchers = table.Column<string>(type: "text", nullable: false),
                    starts_at = table.Column<long>(type: "bigint", nullable: false),
                    ends_at = table.Column<long>(type: "bigint", nullable: false),
                    weekly = table.Column<string>(type: "text", nullable: true),
                    reason = table.Column<string>(type: "text", nullable: false),
                    kind = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    creator_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    creator_name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    updated_at = table.Column<long>(type: "bigint", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_stored_silence", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "timeline_entry",
                schema: "ops",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    incident_id = table.Column<Guid>(type: "uuid", nullable: false),
                    key = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    at = table.Column<long>(type: "bigint", nullable: false),
                    written_at = table.Column<long>(type: "bigint", nullable: false),
                    kind = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    text = table.Column<string>(type: "character varying(4000)", maxLength: 4000, nullable: false),
                    by_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    by_name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    url = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_timeline_entry", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "vapid_key",
                schema: "ops",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false),
                    public_key = table.Column<byte[]>(type: "bytea", nullable: false),
                    private_key = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_vapid_key", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "ended_session",
                schema: "ops",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    account_id = table.Column<Guid>(type: "uuid", nullable: false),
                    ended_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ended_session", x => x.id);
                    table.ForeignKey(
                        name: "FK_ended_session_account_account_id",
                        column: x => x.account_id,
                        principalSchema: "ops",
                        principalTable: "account",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "sign_in_link",
                schema: "ops",
                columns: table => new
                {
                    code_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    account_id = table.Column<Guid>(type: "uuid", nullable: false),
                    expires_at = table.Column<long>(type: "bigint", nullable: false),
                    used_at = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_sign_in_link", x => x.code_hash);
                    table.ForeignKey(
                        name: "FK_sign_in_link_account_account_id",
                        column: x => x.account_id,
                        principalSchema: "ops",
                        principalTable: "account",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "sign_in_source",
                schema: "ops",
                columns: table => new
                {
                    account_id = table.Column<Guid>(type: "uuid", nullable: false),
                    source = table.Column<string>(type: "text", nullable: false),
                    failures = table.Column<int>(type: "integer", nullable: false),
                    locked_until = table.Column<long>(type: "bigint", nullable: true),
                    succeeded_at = table.Column<long>(type: "bigint", nullable: true),
                    tried_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_sign_in_source", x => new { x.account_id, x.source });
                    table.ForeignKey(
                        name: "FK_sign_in_source_account_account_id",
                        column: x => x.account_id,
                        principalSchema: "ops",
                        principalTable: "account",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_account_email_key",
                schema: "ops",
                table: "account",
                column: "email_key",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_acknowledgement_owner_id_at",
                schema: "ops",
                table: "acknowledgement",
                columns: new[] { "owner_id", "at" });

            migrationBuilder.CreateIndex(
                name: "IX_alert_note_alert_id_at",
                schema: "ops",
                table: "alert_note",
                columns: new[] { "alert_id", "at" });

            migrationBuilder.CreateIndex(
                name: "IX_alert_transition_alert_id",
                schema: "ops",
                table: "alert_transition",
                column: "alert_id");

            migrationBuilder.CreateIndex(
                name: "IX_api_token_hash",
                schema: "ops",
                table: "api_token",
                column: "hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_audit_entry_action",
                schema: "ops",
                table: "audit_entry",
                column: "action");

            migrationBuilder.CreateIndex(
                name: "IX_audit_entry_actor_id",
                schema: "ops",
                table: "audit_entry",
                column: "actor_id");

            migrationBuilder.CreateIndex(
                name: "IX_audit_entry_at",
                schema: "ops",
                table: "audit_entry",
                column: "at");

            migrationBuilder.CreateIndex(
                name: "IX_audit_entry_subject",
                schema: "ops",
                table: "audit_entry",
                column: "subject");

            migrationBuilder.CreateIndex(
                name: "IX_delivery_notification_id",
                schema: "ops",
                table: "delivery",
                column: "notification_id");

            migrationBuilder.CreateIndex(
                name: "IX_delivery_state_next_attempt_at",
                schema: "ops",
                table: "delivery",
                columns: new[] { "state", "next_attempt_at" });

            migrationBuilder.CreateIndex(
                name: "IX_document_draft_state_written_at",
                schema: "ops",
                table: "document_draft",
                columns: new[] { "state", "written_at" });

            migrationBuilder.CreateIndex(
                name: "IX_drill_started_at",
                schema: "ops",
                table: "drill",
                column: "started_at");

            migrationBuilder.CreateIndex(
                name: "IX_drill_state",
                schema: "ops",
                table: "drill",
                column: "state");

            migrationBuilder.CreateIndex(
                name: "IX_ended_session_account_id",
                schema: "ops",
                table: "ended_session",
                column: "account_id");

            migrationBuilder.CreateIndex(
                name: "IX_entered_figure_system_id_kpi_id_day_revision",
                schema: "ops",
                table: "entered_figure",
                columns: new[] { "system_id", "kpi_id", "day", "revision" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_external_alert_ends_at",
                schema: "ops",
                table: "external_alert",
                column: "ends_at");

            migrationBuilder.CreateIndex(
                name: "IX_idempotency_key_started_at",
                schema: "ops",
                table: "idempotency_key",
                column: "started_at");

            migrationBuilder.CreateIndex(
                name: "IX_incident_alert_incident_id",
                schema: "ops",
                table: "incident_alert",
                column: "incident_id");

            migrationBuilder.CreateIndex(
                name: "IX_notification_created_at",
                schema: "ops",
                table: "notification",
                column: "created_at");

            migrationBuilder.CreateIndex(
                name: "IX_notification_system_id_created_at",
                schema: "ops",
                table: "notification",
                columns: new[] { "system_id", "created_at" });

            migrationBuilder.CreateIndex(
                name: "IX_paging_call_kind_matter_id",
                schema: "ops",
                table: "paging_call",
                columns: new[] { "kind", "matter_id" },
                unique: true,
                filter: "stopped_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_paging_call_kind_matter_id_started_at",
                schema: "ops",
                table: "paging_call",
                columns: new[] { "kind", "matter_id", "started_at" });

            migrationBuilder.CreateIndex(
                name: "IX_paging_call_stopped_at",
                schema: "ops",
                table: "paging_call",
                column: "stopped_at");

            migrationBuilder.CreateIndex(
                name: "IX_pinned_panel_owner_id",
                schema: "ops",
                table: "pinned_panel",
                column: "owner_id");

            migrationBuilder.CreateIndex(
                name: "IX_posted_update_is_public_at",
                schema: "ops",
                table: "posted_update",
                columns: new[] { "is_public", "at" });

            migrationBuilder.CreateIndex(
                name: "IX_posted_update_key",
                schema: "ops",
                table: "posted_update",
                column: "key",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_push_subscription_account_id",
                schema: "ops",
                table: "push_subscription",
                column: "account_id");

            migrationBuilder.CreateIndex(
                name: "IX_push_subscription_endpoint_hash",
                schema: "ops",
                table: "push_subscription",
                column: "endpoint_hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_run_lock_run_id",
                schema: "ops",
                table: "run_lock",
                column: "run_id");

            migrationBuilder.CreateIndex(
                name: "IX_sent_page_at",
                schema: "ops",
                table: "sent_page",
                column: "at");

            migrationBuilder.CreateIndex(
                name: "IX_sent_page_call_id_leg_level_repeat_person_id",
                schema: "ops",
                table: "sent_page",
                columns: new[] { "call_id", "leg", "level", "repeat", "person_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_sent_page_state",
                schema: "ops",
                table: "sent_page",
                column: "state");

            migrationBuilder.CreateIndex(
                name: "IX_sent_record_sent_at",
                schema: "ops",
                table: "sent_record",
                column: "sent_at");

            migrationBuilder.CreateIndex(
                name: "IX_shift_override_to",
                schema: "ops",
                table: "shift_override",
                column: "to");

            migrationBuilder.CreateIndex(
                name: "IX_sign_in_link_account_id",
                schema: "ops",
                table: "sign_in_link",
                column: "account_id");

            migrationBuilder.CreateIndex(
                name: "IX_stored_alert_fingerprint_fired_at",
                schema: "ops",
                table: "stored_alert",
                columns: new[] { "fingerprint", "fired_at" });

            migrationBuilder.CreateIndex(
                name: "IX_stored_alert_rule_id_fired_at",
                schema: "ops",
                table: "stored_alert",
                columns: new[] { "rule_id", "fired_at" });

            migrationBuilder.CreateIndex(
                name: "IX_stored_alert_state",
                schema: "ops",
                table: "stored_alert",
                column: "state");

            migrationBuilder.CreateIndex(
                name: "IX_stored_alert_system_id_fired_at",
                schema: "ops",
                table: "stored_alert",
                columns: new[] { "system_id", "fired_at" });

            migrationBuilder.CreateIndex(
                name: "IX_stored_incident_is_open_number",
                schema: "ops",
                table: "stored_incident",
                columns: new[] { "is_open", "number" });

            migrationBuilder.CreateIndex(
                name: "IX_stored_incident_number",
                schema: "ops",
                table: "stored_incident",
                column: "number",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_stored_incident_open_for",
                schema: "ops",
                table: "stored_incident",
                column: "open_for",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_stored_incident_open_key",
                schema: "ops",
                table: "stored_incident",
                column: "open_key",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_stored_incident_review_due_at",
                schema: "ops",
                table: "stored_incident",
                column: "review_due_at");

            migrationBuilder.CreateIndex(
                name: "IX_stored_incident_system_id_opened_at",
                schema: "ops",
                table: "stored_incident",
                columns: new[] { "system_id", "opened_at" });

            migrationBuilder.CreateIndex(
                name: "IX_stored_run_alert_id",
                schema: "ops",
                table: "stored_run",
                column: "alert_id");

            migrationBuilder.CreateIndex(
                name: "IX_stored_run_is_in_line",
                schema: "ops",
                table: "stored_run",
                column: "is_in_line");

            migrationBuilder.CreateIndex(
                name: "IX_stored_run_is_muting",
                schema: "ops",
                table: "stored_run",
                column: "is_muting");

            migrationBuilder.CreateIndex(
                name: "IX_stored_run_number",
                schema: "ops",
                table: "stored_run",
                column: "number",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_stored_run_review_due_at",
                schema: "ops",
                table: "stored_run",
                column: "review_due_at");

            migrationBuilder.CreateIndex(
                name: "IX_stored_run_runbook_id_number",
                schema: "ops",
                table: "stored_run",
                columns: new[] { "runbook_id", "number" });

            migrationBuilder.CreateIndex(
                name: "IX_stored_run_start_key",
                schema: "ops",
                table: "stored_run",
                column: "start_key",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_stored_run_status",
                schema: "ops",
                table: "stored_run",
                column: "status");

            migrationBuilder.CreateIndex(
                name: "IX_stored_run_system_id_number",
                schema: "ops",
                table: "stored_run",
                columns: new[] { "system_id", "number" });

            migrationBuilder.CreateIndex(
                name: "IX_stored_silence_ends_at",
                schema: "ops",
                table: "stored_silence",
                column: "ends_at");

            migrationBuilder.CreateIndex(
                name: "IX_timeline_entry_incident_id_at",
                schema: "ops",
                table: "timeline_entry",
                columns: new[] { "incident_id", "at" });

            migrationBuilder.CreateIndex(
                name: "IX_timeline_entry_incident_id_key",
                schema: "ops",
                table: "timeline_entry",
                columns: new[] { "incident_id", "key" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "acknowledgement",
                schema: "ops");

            migrationBuilder.DropTable(
                name: "alert_note",
                schema: "ops");

            migrationBuilder.DropTable(
                name: "alert_transition",
                schema: "ops");

            migrationBuilder.DropTable(
                name: "api_token",
                schema: "ops");

            migrationBuilder.DropTable(
                name: "audit_checkpoint",
                schema: "ops");

            migrationBuilder.DropTable(
                name: "audit_entry",
                schema: "ops");

            migrationBuilder.DropTable(
                name: "audit_key",
                schema: "ops");

            migrationBuilder.DropTable(
                name: "audit_name",
                schema: "ops");

            migrationBuilder.DropTable(
                name: "audit_particulars",
                schema: "ops");

            migrationBuilder.DropTable(
                name: "automation_switch",
                schema: "ops");

            migrationBuilder.DropTable(
                name: "catalogue_overlay",
                schema: "ops");

            migrationBuilder.DropTable(
                name: "data_protection_key",
                schema: "ops");

            migrationBuilder.DropTable(
                name: "delivery",
                schema: "ops");

            migrationBuilder.DropTable(
                name: "document_draft",
                schema: "ops");

            migrationBuilder.DropTable(
                name: "document_version",
                schema: "ops");

            migrationBuilder.DropTable(
                name: "drill",
                schema: "ops");

            migrationBuilder.DropTable(
                name: "ended_session",
                schema: "ops");

            migrationBuilder.DropTable(
                name: "entered_figure",
                schema: "ops");

            migrationBuilder.DropTable(
                name: "evaluator_epoch",
                schema: "ops");

            migrationBuilder.DropTable(
                name: "external_alert",
                schema: "ops");

            migrationBuilder.DropTable(
                name: "idempotency_key",
                schema: "ops");

            migrationBuilder.DropTable(
                name: "incident_alert",
                schema: "ops");

            migrationBuilder.DropTable(
                name: "incident_cursor",
                schema: "ops");

            migrationBuilder.DropTable(
                name: "lease",
                schema: "ops");

            migrationBuilder.DropTable(
                name: "notification",
                schema: "ops");

            migrationBuilder.DropTable(
                name: "paging_call",
                schema: "ops");

            migrationBuilder.DropTable(
                name: "paused_target",
                schema: "ops");

            migrationBuilder.DropTable(
                name: "pinned_panel",
                schema: "ops");

            migrationBuilder.DropTable(
                name: "posted_update",
                schema: "ops");

            migrationBuilder.DropTable(
                name: "push_subscription",
                schema: "ops");

            migrationBuilder.DropTable(
                name: "run_lock",
                schema: "ops");

            migrationBuilder.DropTable(
                name: "run_output",
                schema: "ops");

            migrationBuilder.DropTable(
                name: "sent_page",
                schema: "ops");

            migrationBuilder.DropTable(
                name: "sent_record",
                schema: "ops");

            migrationBuilder.DropTable(
                name: "shift_override",
                schema: "ops");

            migrationBuilder.DropTable(
                name: "sign_in_link",
                schema: "ops");

            migrationBuilder.DropTable(
                name: "sign_in_source",
                schema: "ops");

            migrationBuilder.DropTable(
                name: "stored_alert",
                schema: "ops");

            migrationBuilder.DropTable(
                name: "stored_incident",
                schema: "ops");

            migrationBuilder.DropTable(
                name: "stored_run",
                schema: "ops");

            migrationBuilder.DropTable(
                name: "stored_silence",
                schema: "ops");

            migrationBuilder.DropTable(
                name: "timeline_entry",
                schema: "ops");

            migrationBuilder.DropTable(
                name: "vapid_key",
                schema: "ops");

            migrationBuilder.DropTable(
                name: "account",
                schema: "ops");
        }
    }
}
