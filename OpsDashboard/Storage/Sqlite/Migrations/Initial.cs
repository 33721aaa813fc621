using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace OpsDashboard.Storage.Sqlite
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "account",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    email = table.Column<string>(type: "TEXT", nullable: false),
                    email_key = table.Column<string>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    password_hash = table.Column<string>(type: "TEXT", nullable: true),
                    grants = table.Column<string>(type: "TEXT", nullable: false),
                    stamp = table.Column<string>(type: "TEXT", nullable: false),
                    is_disabled = table.Column<bool>(type: "INTEGER", nullable: false),
                    failed_sign_ins = table.Column<int>(type: "INTEGER", nullable: false),
                    locked_until = table.Column<long>(type: "INTEGER", nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    last_sign_in_at = table.Column<long>(type: "INTEGER", nullable: true),
                    version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_account", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "acknowledgement",
                columns: table => new
                {
                    alert_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    system_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    owner_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    owner_name = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    note = table.Column<string>(type: "TEXT", maxLength: 2000, nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    until = table.Column<long>(type: "INTEGER", nullable: true),
                    version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_acknowledgement", x => x.alert_id);
                });

            migrationBuilder.CreateTable(
                name: "alert_note",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    alert_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    system_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    author_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    author_name = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    text = table.Column<string>(type: "TEXT", maxLength: 2000, nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_alert_note", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "alert_transition",
                columns: table => new
                {
                    sequence = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    alert_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    from = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    to = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    severity = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    system_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    is_inhibited = table.Column<bool>(type: "INTEGER", nullable: false),
                    number = table.Column<double>(type: "REAL", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_alert_transition", x => x.sequence);
                });

            migrationBuilder.CreateTable(
                name: "api_token",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    grants = table.Column<string>(type: "TEXT", nullable: false),
                    created_by = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    expires_at = table.Column<long>(type: "INTEGER", nullable: false),
                    revoked_at = table.Column<long>(type: "INTEGER", nullable: true),
                    version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_api_token", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "audit_checkpoint",
                columns: table => new
                {
                    sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    signature = table.Column<byte[]>(type: "BLOB", nullable: false),
                    key_id = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_audit_checkpoint", x => x.sequence);
                });

            migrationBuilder.CreateTable(
                name: "audit_entry",
                columns: table => new
                {
                    sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    format_version = table.Column<int>(type: "INTEGER", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    actor_id = table.Column<string>(type: "TEXT", nullable: false),
                    action = table.Column<string>(type: "TEXT", nullable: false),
                    subject = table.Column<string>(type: "TEXT", nullable: false),
                    outcome = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    particulars_hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    hash = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_audit_entry", x => x.sequence);
                });

            migrationBuilder.CreateTable(
                name: "audit_key",
                columns: table => new
                {
                    key_id = table.Column<string>(type: "TEXT", nullable: false),
                    public_key = table.Column<byte[]>(type: "BLOB", nullable: false),
                    private_key = table.Column<byte[]>(type: "BLOB", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_audit_key", x => x.key_id);
                });

            migrationBuilder.CreateTable(
                name: "audit_name",
                columns: table => new
                {
                    actor_id = table.Column<string>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_audit_name", x => x.actor_id);
                });

            migrationBuilder.CreateTable(
                name: "audit_particulars",
                columns: table => new
                {
                    sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    salt = table.Column<byte[]>(type: "BLOB", nullable: false),
                    text = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_audit_particulars", x => x.sequence);
                });

            migrationBuilder.CreateTable(
                name: "automation_switch",
                columns: table => new
                {
                    scope = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    is_on = table.Column<bool>(type: "INTEGER", nullable: false),
                    reason = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    set_by = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    set_at = table.Column<long>(type: "INTEGER", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_automation_switch", x => x.scope);
                });

            migrationBuilder.CreateTable(
                name: "catalogue_overlay",
                columns: table => new
                {
                    path = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    text = table.Column<string>(type: "TEXT", nullable: true),
                    base_text = table.Column<string>(type: "TEXT", nullable: true),
                    edited_by = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    edited_at = table.Column<long>(type: "INTEGER", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_catalogue_overlay", x => x.path);
                });

            migrationBuilder.CreateTable(
                name: "data_protection_key",
                columns: table => new
                {
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    xml = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_data_protection_key", x => x.name);
                });

            migrationBuilder.CreateTable(
                name: "delivery",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    notification_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    receiver = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    method = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    destination = table.Column<string>(type: "TEXT", nullable: false),
                    queue = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    state = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    history = table.Column<string>(type: "TEXT", nullable: false),
                    result = table.Column<string>(type: "TEXT", nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    next_attempt_at = table.Column<long>(type: "INTEGER", nullable: false),
                    delivered_at = table.Column<long>(type: "INTEGER", nullable: true),
                    next_method_at = table.Column<long>(type: "INTEGER", nullable: true),
                    fence = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_delivery", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "document_draft",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    path = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    text = table.Column<string>(type: "TEXT", nullable: true),
                    based_on = table.Column<int>(type: "INTEGER", nullable: false),
                    reason = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    written_by = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    written_at = table.Column<long>(type: "INTEGER", nullable: false),
                    state = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    decided_by = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    decided_at = table.Column<long>(type: "INTEGER", nullable: true),
                    version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_document_draft", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "document_version",
                columns: table => new
                {
                    path = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    number = table.Column<int>(type: "INTEGER", nullable: false),
                    text = table.Column<string>(type: "TEXT", nullable: true),
                    by = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_document_version", x => new { x.path, x.number });
                });

            migrationBuilder.CreateTable(
                name: "drill",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    system_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    fault = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    started_by = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    started_at = table.Column<long>(type: "INTEGER", nullable: false),
                    state = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    alert_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    alert_name = table.Column<string>(type: "TEXT", maxLength: 200, nullable: true),
                    detected_at = table.Column<long>(type: "INTEGER", nullable: true),
                    acknowledged_at = table.Column<long>(type: "INTEGER", nullable: true),
                    acknowledged_by = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    green_at = table.Column<long>(type: "INTEGER", nullable: true),
                    runbook_id = table.Column<string>(type: "TEXT", maxLength: 130, nullable: true),
                    wrong_turns = table.Column<int>(type: "INTEGER", nullable: false),
                    ended_at = table.Column<long>(type: "INTEGER", nullable: true),
                    version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_drill", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "entered_figure",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    system_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    kpi_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    day = table.Column<string>(type: "TEXT", maxLength: 10, nullable: false),
                    revision = table.Column<int>(type: "INTEGER", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    value = table.Column<double>(type: "REAL", nullable: false),
                    source = table.Column<string>(type: "TEXT", maxLength: 120, nullable: false),
                    note = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: false),
                    entered_by_id = table.Column<string>(type: "TEXT", nullable: false),
                    entered_by = table.Column<string>(type: "TEXT", nullable: false),
                    entered_at = table.Column<long>(type: "INTEGER", nullable: false),
                    is_stored = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_entered_figure", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "evaluator_epoch",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false),
                    epoch = table.Column<long>(type: "INTEGER", nullable: false),
                    evaluated_at = table.Column<long>(type: "INTEGER", nullable: false),
                    report = table.Column<byte[]>(type: "BLOB", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_evaluator_epoch", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "external_alert",
                columns: table => new
                {
                    alert_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    ends_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_external_alert", x => x.alert_id);
                });

            migrationBuilder.CreateTable(
                name: "idempotency_key",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    body_hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    started_at = table.Column<long>(type: "INTEGER", nullable: false),
                    status = table.Column<int>(type: "INTEGER", nullable: false),
                    content_type = table.Column<string>(type: "TEXT", nullable: true),
                    location = table.Column<string>(type: "TEXT", nullable: true),
                    e_tag = table.Column<string>(type: "TEXT", nullable: true),
                    body = table.Column<byte[]>(type: "BLOB", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_idempotency_key", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "incident_alert",
                columns: table => new
                {
                    alert_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    incident_id = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_incident_alert", x => x.alert_id);
                });

            migrationBuilder.CreateTable(
                name: "incident_cursor",
                columns: table => new
                {
                    name = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    sequence = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_incident_cursor", x => x.name);
                });

            migrationBuilder.CreateTable(
                name: "lease",
                columns: table => new
                {
                    name = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    holder = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    fence = table.Column<long>(type: "INTEGER", nullable: false),
                    until = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_lease", x => x.name);
                });

            migrationBuilder.CreateTable(
                name: "notification",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    receiver = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    group_key = table.Column<string>(type: "TEXT", nullable: false),
                    reason = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    is_firing = table.Column<bool>(type: "INTEGER", nullable: false),
                    system_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    title = table.Column<string>(type: "TEXT", nullable: false),
                    payload = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_notification", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "paging_call",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    kind = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    matter_id = table.Column<string>(type: "TEXT", maxLength: 250, nullable: false),
                    system_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    component_id = table.Column<string>(type: "TEXT", nullable: true),
                    policy_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    severity = table.Column<string>(type: "TEXT", nullable: false),
                    sentence = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    address = table.Column<string>(type: "TEXT", nullable: false),
                    alerts = table.Column<string>(type: "TEXT", nullable: false),
                    started_at = table.Column<long>(type: "INTEGER", nullable: false),
                    leg = table.Column<int>(type: "INTEGER", nullable: false),
                    leg_level = table.Column<int>(type: "INTEGER", nullable: false),
                    leg_at = table.Column<long>(type: "INTEGER", nullable: false),
                    level = table.Column<int>(type: "INTEGER", nullable: false),
                    repeat = table.Column<int>(type: "INTEGER", nullable: false),
                    acknowledged_at = table.Column<long>(type: "INTEGER", nullable: true),
                    acknowledged_by = table.Column<string>(type: "TEXT", nullable: true),
                    forgotten_at = table.Column<long>(type: "INTEGER", nullable: true),
                    void_until = table.Column<long>(type: "INTEGER", nullable: true),
                    stopped_at = table.Column<long>(type: "INTEGER", nullable: true),
                    note = table.Column<string>(type: "TEXT", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_paging_call", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "paused_target",
                columns: table => new
                {
                    target_id = table.Column<string>(type: "TEXT", nullable: false),
                    by = table.Column<string>(type: "TEXT", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    reason = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_paused_target", x => x.target_id);
                });

            migrationBuilder.CreateTable(
                name: "pinned_panel",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    owner_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    dashboard = table.Column<string>(type: "TEXT", maxLength: 60, nullable: false),
                    title = table.Column<string>(type: "TEXT", maxLength: 120, nullable: false),
                    expression = table.Column<string>(type: "TEXT", maxLength: 4000, nullable: false),
                    unit = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    pinned_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_pinned_panel", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "posted_update",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    key = table.Column<string>(type: "TEXT", maxLength: 300, nullable: false),
                    system_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    incident_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    silence_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    subject = table.Column<string>(type: "TEXT", nullable: false),
                    body = table.Column<string>(type: "TEXT", nullable: false),
                    is_public = table.Column<bool>(type: "INTEGER", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    by_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    by_name = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    from = table.Column<long>(type: "INTEGER", nullable: true),
                    until = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_posted_update", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "push_subscription",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    account_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    endpoint_hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    @protected = table.Column<string>(name: "protected", type: "TEXT", nullable: false),
                    device = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    delivered_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_push_subscription", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "run_lock",
                columns: table => new
                {
                    resource = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    run_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    run_number = table.Column<long>(type: "INTEGER", nullable: false),
                    since = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_run_lock", x => x.resource);
                });

            migrationBuilder.CreateTable(
                name: "run_output",
                columns: table => new
                {
                    run_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    first_line = table.Column<long>(type: "INTEGER", nullable: false),
                    lines = table.Column<int>(type: "INTEGER", nullable: false),
                    text = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_run_output", x => new { x.run_id, x.first_line });
                });

            migrationBuilder.CreateTable(
                name: "sent_page",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    call_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    leg = table.Column<int>(type: "INTEGER", nullable: false),
                    level = table.Column<int>(type: "INTEGER", nullable: false),
                    repeat = table.Column<int>(type: "INTEGER", nullable: false),
                    person_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    person_name = table.Column<string>(type: "TEXT", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    state = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    detail = table.Column<string>(type: "TEXT", nullable: false),
                    way = table.Column<int>(type: "INTEGER", nullable: false),
                    notification_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    next_way_at = table.Column<long>(type: "INTEGER", nullable: true),
                    delivered_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_sent_page", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "sent_record",
                columns: table => new
                {
                    key = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    group_key = table.Column<string>(type: "TEXT", nullable: false),
                    receiver = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    firing = table.Column<byte[]>(type: "BLOB", nullable: false),
                    sent_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_sent_record", x => x.key);
                });

            migrationBuilder.CreateTable(
                name: "shift_override",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    schedule_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    person_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    from = table.Column<long>(type: "INTEGER", nullable: false),
                    to = table.Column<long>(type: "INTEGER", nullable: false),
                    reason = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    made_by = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    made_at = table.Column<long>(type: "INTEGER", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_shift_override", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "stored_alert",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    rule_id = table.Column<string>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    labels = table.Column<string>(type: "TEXT", nullable: false),
                    fingerprint = table.Column<long>(type: "INTEGER", nullable: false),
                    annotations = table.Column<string>(type: "TEXT", nullable: false),
                    state = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    severity = table.Column<string>(type: "TEXT", nullable: false),
                    system_id = table.Column<string>(type: "TEXT", nullable: true),
                    component_id = table.Column<string>(type: "TEXT", nullable: true),
                    value = table.Column<double>(type: "REAL", nullable: true),
                    value_at_trigger = table.Column<double>(type: "REAL", nullable: true),
                    active_at = table.Column<long>(type: "INTEGER", nullable: false),
                    fired_at = table.Column<long>(type: "INTEGER", nullable: true),
                    resolved_at = table.Column<long>(type: "INTEGER", nullable: true),
                    keep_firing_since = table.Column<long>(type: "INTEGER", nullable: true),
                    expression = table.Column<string>(type: "TEXT", nullable: false),
                    @for = table.Column<long>(name: "for", type: "INTEGER", nullable: false),
                    origin = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    generator_url = table.Column<string>(type: "TEXT", nullable: false),
                    inhibited_by = table.Column<Guid>(type: "TEXT", nullable: true),
                    flap_score = table.Column<double>(type: "REAL", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_stored_alert", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "stored_incident",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    number = table.Column<long>(type: "INTEGER", nullable: false),
                    system_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    open_key = table.Column<string>(type: "TEXT", maxLength: 300, nullable: false),
                    open_for = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    severity = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    status = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    is_open = table.Column<bool>(type: "INTEGER", nullable: false),
                    opened_at = table.Column<long>(type: "INTEGER", nullable: false),
                    resolved_at = table.Column<long>(type: "INTEGER", nullable: true),
                    update_due_at = table.Column<long>(type: "INTEGER", nullable: true),
                    review_due_at = table.Column<long>(type: "INTEGER", nullable: true),
                    document = table.Column<string>(type: "TEXT", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_stored_incident", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "stored_run",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    number = table.Column<long>(type: "INTEGER", nullable: false),
                    runbook_id = table.Column<string>(type: "TEXT", maxLength: 130, nullable: false),
                    system_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    alert_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    start_key = table.Column<string>(type: "TEXT", maxLength: 300, nullable: false),
                    started_at = table.Column<long>(type: "INTEGER", nullable: false),
                    status = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    effect = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    needs_a_person = table.Column<bool>(type: "INTEGER", nullable: false),
                    is_in_line = table.Column<bool>(type: "INTEGER", nullable: false),
                    is_muting = table.Column<bool>(type: "INTEGER", nullable: false),
                    due_at = table.Column<long>(type: "INTEGER", nullable: true),
                    ended_at = table.Column<long>(type: "INTEGER", nullable: true),
                    review_due_at = table.Column<long>(type: "INTEGER", nullable: true),
                    recovery_milliseconds = table.Column<long>(type: "INTEGER", nullable: true),
                    objective_milliseconds = table.Column<long>(type: "INTEGER", nullable: true),
                    is_drill = table.Column<bool>(type: "INTEGER", nullable: false),
                    document = table.Column<string>(type: "TEXT", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_stored_run", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "stored_silence",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    matchers = table.Column<string>(type: "TEXT", nullable: false),
                    starts_at = table.Column<long>(type: "INTEGER", nullable: false),
                    ends_at = table.Column<long>(type: "INTEGER", nullable: false),
                    weekly = table.Column<string>(type: "TEXT", nullable: true),
                    reason = table.Column<string>(type: "TEXT", nullable: false),
                    kind = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    creator_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    creator_name = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_stored_silence", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "timeline_entry",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    incident_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    key = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    written_at = table.Column<long>(type: "INTEGER", nullable: false),
                    kind = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    text = table.Column<string>(type: "TEXT", maxLength: 4000, nullable: false),
                    by_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    by_name = table.Column<string>(type: "TEXT", maxLength: 200, nullable: true),
                    url = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_timeline_entry", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "vapid_key",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false),
                    public_key = table.Column<byte[]>(type: "BLOB", nullable: false),
                    private_key = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_vapid_key", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "ended_session",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    account_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    ended_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ended_session", x => x.id);
                    table.ForeignKey(
                        name: "FK_ended_session_account_account_id",
                        column: x => x.account_id,
                        principalTable: "account",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "sign_in_link",
                columns: table => new
                {
                    code_hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    account_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    expires_at = table.Column<long>(type: "INTEGER", nullable: false),
                    used_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_sign_in_link", x => x.code_hash);
                    table.ForeignKey(
                        name: "FK_sign_in_link_account_account_id",
                        column: x => x.account_id,
                        principalTable: "account",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "sign_in_source",
                columns: table => new
                {
                    account_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    source = table.Column<string>(type: "TEXT", nullable: false),
                    failures = table.Column<int>(type: "INTEGER", nullable: false),
                    locked_until = table.Column<long>(type: "INTEGER", nullable: true),
                    succeeded_at = table.Column<long>(type: "INTEGER", nullable: true),
                    tried_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_sign_in_source", x => new { x.account_id, x.source });
                    table.ForeignKey(
                        name: "FK_sign_in_source_account_account_id",
                        column: x => x.account_id,
                        principalTable: "account",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_account_email_key",
                table: "account",
                column: "email_key",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_acknowledgement_owner_id_at",
                table: "acknowledgement",
                columns: new[] { "owner_id", "at" });

            migrationBuilder.CreateIndex(
                name: "IX_alert_note_alert_id_at",
                table: "alert_note",
                columns: new[] { "alert_id", "at" });

            migrationBuilder.CreateIndex(
                name: "IX_alert_transition_alert_id",
                table: "alert_transition",
                column: "alert_id");

            migrationBuilder.CreateIndex(
                name: "IX_api_token_hash",
                table: "api_token",
                column: "hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_audit_entry_action",
                table: "audit_entry",
                column: "action");

            migrationBuilder.CreateIndex(
                name: "IX_audit_entry_actor_id",
                table: "audit_entry",
                column: "actor_id");

            migrationBuilder.CreateIndex(
                name: "IX_audit_entry_at",
                table: "audit_entry",
                column: "at");

            migrationBuilder.CreateIndex(
                name: "IX_audit_entry_subject",
                table: "audit_entry",
                column: "subject");

            migrationBuilder.CreateIndex(
                name: "IX_delivery_notification_id",
                table: "delivery",
                column: "notification_id");

            migrationBuilder.CreateIndex(
                name: "IX_delivery_state_next_attempt_at",
                table: "delivery",
                columns: new[] { "state", "next_attempt_at" });

            migrationBuilder.CreateIndex(
                name: "IX_document_draft_state_written_at",
                table: "document_draft",
                columns: new[] { "state", "written_at" });

            migrationBuilder.CreateIndex(
                name: "IX_drill_started_at",
                table: "drill",
                column: "started_at");

            migrationBuilder.CreateIndex(
                name: "IX_drill_state",
                table: "drill",
                column: "state");

            migrationBuilder.CreateIndex(
                name: "IX_ended_session_account_id",
                table: "ended_session",
                column: "account_id");

            migrationBuilder.CreateIndex(
                name: "IX_entered_figure_system_id_kpi_id_day_revision",
                table: "entered_figure",
                columns: new[] { "system_id", "kpi_id", "day", "revision" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_external_alert_ends_at",
                table: "external_alert",
                column: "ends_at");

            migrationBuilder.CreateIndex(
                name: "IX_idempotency_key_started_at",
                table: "idempotency_key",
                column: "started_at");

            migrationBuilder.CreateIndex(
                name: "IX_incident_alert_incident_id",
                table: "incident_alert",
                column: "incident_id");

            migrationBuilder.CreateIndex(
                name: "IX_notification_created_at",
                table: "notification",
                column: "created_at");

            migrationBuilder.CreateIndex(
                name: "IX_notification_system_id_created_at",
                table: "notification",
                columns: new[] { "system_id", "created_at" });

            migrationBuilder.CreateIndex(
                name: "IX_paging_call_kind_matter_id",
                table: "paging_call",
                columns: new[] { "kind", "matter_id" },
                unique: true,
                filter: "stopped_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_paging_call_kind_matter_id_started_at",
                table: "paging_call",
                columns: new[] { "kind", "matter_id", "started_at" });

            migrationBuilder.CreateIndex(
                name: "IX_paging_call_stopped_at",
                table: "paging_call",
                column: "stopped_at");

            migrationBuilder.CreateIndex(
                name: "IX_pinned_panel_owner_id",
                table: "pinned_panel",
                column: "owner_id");

            migrationBuilder.CreateIndex(
                name: "IX_posted_update_is_public_at",
                table: "posted_update",
                columns: new[] { "is_public", "at" });

            migrationBuilder.CreateIndex(
                name: "IX_posted_update_key",
                table: "posted_update",
                column: "key",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_push_subscription_account_id",
                table: "push_subscription",
                column: "account_id");

            migrationBuilder.CreateIndex(
                name: "IX_push_subscription_endpoint_hash",
                table: "push_subscription",
                column: "endpoint_hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_run_lock_run_id",
                table: "run_lock",
                column: "run_id");

            migrationBuilder.CreateIndex(
                name: "IX_sent_page_at",
                table: "sent_page",
                column: "at");

            migrationBuilder.CreateIndex(
                name: "IX_sent_page_call_id_leg_level_repeat_person_id",
                table: "sent_page",
                columns: new[] { "call_id", "leg", "level", "repeat", "person_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_sent_page_state",
                table: "sent_page",
                column: "state");

            migrationBuilder.CreateIndex(
                name: "IX_sent_record_sent_at",
                table: "sent_record",
                column: "sent_at");

            migrationBuilder.CreateIndex(
                name: "IX_shift_override_to",
                table: "shift_override",
                column: "to");

            migrationBuilder.CreateIndex(
                name: "IX_sign_in_link_account_id",
                table: "sign_in_link",
                column: "account_id");

            migrationBuilder.CreateIndex(
                name: "IX_stored_alert_fingerprint_fired_at",
                table: "stored_alert",
                columns: new[] { "fingerprint", "fired_at" });

            migrationBuilder.CreateIndex(
                name: "IX_stored_alert_rule_id_fired_at",
                table: "stored_alert",
                columns: new[] { "rule_id", "fired_at" });

            migrationBuilder.CreateIndex(
                name: "IX_stored_alert_state",
                table: "stored_alert",
                column: "state");

            migrationBuilder.CreateIndex(
                name: "IX_stored_alert_system_id_fired_at",
                table: "stored_alert",
                columns: new[] { "system_id", "fired_at" });

            migrationBuilder.CreateIndex(
                name: "IX_stored_incident_is_open_number",
                table: "stored_incident",
                columns: new[] { "is_open", "number" });

            migrationBuilder.CreateIndex(
                name: "IX_stored_incident_number",
                table: "stored_incident",
                column: "number",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_stored_incident_open_for",
                table: "stored_incident",
                column: "open_for",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_stored_incident_open_key",
                table: "stored_incident",
                column: "open_key",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_stored_incident_review_due_at",
                table: "stored_incident",
                column: "review_due_at");

            migrationBuilder.CreateIndex(
                name: "IX_stored_incident_system_id_opened_at",
                table: "stored_incident",
                columns: new[] { "system_id", "opened_at" });

            migrationBuilder.CreateIndex(
                name: "IX_stored_run_alert_id",
                table: "stored_run",
                column: "alert_id");

            migrationBuilder.CreateIndex(
                name: "IX_stored_run_is_in_line",
                table: "stored_run",
                column: "is_in_line");

            migrationBuilder.CreateIndex(
                name: "IX_stored_run_is_muting",
                table: "stored_run",
                column: "is_muting");

            migrationBuilder.CreateIndex(
                name: "IX_stored_run_number",
                table: "stored_run",
                column: "number",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_stored_run_review_due_at",
                table: "stored_run",
                column: "review_due_at");

            migrationBuilder.CreateIndex(
                name: "IX_stored_run_runbook_id_number",
                table: "stored_run",
                columns: new[] { "runbook_id", "number" });

            migrationBuilder.CreateIndex(
                name: "IX_stored_run_start_key",
                table: "stored_run",
                column: "start_key",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_stored_run_status",
                table: "stored_run",
                column: "status");

            migrationBuilder.CreateIndex(
                name: "IX_stored_run_system_id_number",
                table: "stored_run",
                columns: new[] { "system_id", "number" });

            migrationBuilder.CreateIndex(
                name: "IX_stored_silence_ends_at",
                table: "stored_silence",
                column: "ends_at");

            migrationBuilder.CreateIndex(
                name: "IX_timeline_entry_incident_id_at",
                table: "timeline_entry",
                columns: new[] { "incident_id", "at" });

            migrationBuilder.CreateIndex(
                name: "IX_timeline_entry_incident_id_key",
                table: "timeline_entry",
                columns: new[] { "incident_id", "key" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "acknowledgement");

            migrationBuilder.DropTable(
                name: "alert_note");

            migrationBuilder.DropTable(
                name: "alert_transition");

            migrationBuilder.DropTable(
                name: "api_token");

            migrationBuilder.DropTable(
                name: "audit_checkpoint");

            migrationBuilder.DropTable(
                name: "audit_entry");

            migrationBuilder.DropTable(
                name: "audit_key");

            migrationBuilder.DropTable(
                name: "audit_name");

            migrationBuilder.DropTable(
                name: "audit_particulars");

            migrationBuilder.DropTable(
                name: "automation_switch");

            migrationBuilder.DropTable(
                name: "catalogue_overlay");

            migrationBuilder.DropTable(
                name: "data_protection_key");

            migrationBuilder.DropTable(
                name: "delivery");

            migrationBuilder.DropTable(
                name: "document_draft");

            migrationBuilder.DropTable(
                name: "document_version");

            migrationBuilder.DropTable(
                name: "drill");

            migrationBuilder.DropTable(
                name: "ended_session");

            migrationBuilder.DropTable(
                name: "entered_figure");

            migrationBuilder.DropTable(
                name: "evaluator_epoch");

            migrationBuilder.DropTable(
                name: "external_alert");

            migrationBuilder.DropTable(
                name: "idempotency_key");

            migrationBuilder.DropTable(
                name: "incident_alert");

            migrationBuilder.DropTable(
                name: "incident_cursor");

            migrationBuilder.DropTable(
                name: "lease");

            migrationBuilder.DropTable(
                name: "notification");

            migrationBuilder.DropTable(
                name: "paging_call");

            migrationBuilder.DropTable(
                name: "paused_target");

            migrationBuilder.DropTable(
                name: "pinned_panel");

            migrationBuilder.DropTable(
                name: "posted_update");

            migrationBuilder.DropTable(
                name: "push_subscription");

            migrationBuilder.DropTable(
                name: "run_lock");

            migrationBuilder.DropTable(
                name: "run_output");

            migrationBuilder.DropTable(
                name: "sent_page");

            migrationBuilder.DropTable(
                name: "sent_record");

            migrationBuilder.DropTable(
                name: "shift_override");

            migrationBuilder.DropTable(
                name: "sign_in_link");

            migrationBuilder.DropTable(
                name: "sign_in_source");

            migrationBuilder.DropTable(
                name: "stored_alert");

            migrationBuilder.DropTable(
                name: "stored_incident");

            migrationBuilder.DropTable(
                name: "stored_run");

            migrationBuilder.DropTable(
                name: "stored_silence");

            migrationBuilder.DropTable(
                name: "timeline_entry");

            migrationBuilder.DropTable(
                name: "vapid_key");

            migrationBuilder.DropTable(
                name: "account");
        }
    }
}
