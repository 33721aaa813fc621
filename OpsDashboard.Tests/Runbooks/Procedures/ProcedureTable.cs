using Xunit;
using static OpsDashboard.Simulator.Faults.FaultKind;

namespace OpsDashboard.Tests.Runbooks.Procedures;

/// <summary>Every shipped runbook with the fault that it is made for. Those that need a real PostgreSQL stand in <see cref="DatabaseProcedureTests"/>.</summary>
static class ProcedureTable
{
    public static TheoryData<string> Of(string systemId) => new(All.Where(procedure => procedure.SystemId == systemId).Select(procedure => procedure.Id));

    public static readonly Procedure[] All =
    [
        new("case-opening.restart-api") { Fault = MemoryLeak, Value = 5e6, Alert = "performance_alerts/MemoryUsage" },
        new("case-opening.fallback-animation") { Fault = FrameDrop, Value = 24, Alert = "performance_alerts/FrameRate", Answers = { ["needed"] = "Yes, use it" } },
        new("case-opening.scale-api") { Fault = Slow, Value = 3, Alert = "performance_alerts/ApiResponseTime", FaultStays = true },
        new("case-opening.investigate-errors") { Fault = Errors, Value = 0.3, Alert = "error_alerts/ErrorRate", Answers = { ["cause"] = "From the new feature" } },
        new("case-opening.immediate-response") { Fault = Errors, Value = 0.5, Alert = "error_alerts/CriticalErrors", Answers = { ["stop"] = "Switch the feature off" } },
        new("case-opening.manual-intervention") { Fault = Errors, Value = 0.5, Alert = "error_alerts/RecoveryFailures", Answers = { ["next"] = "One failed. Switch the feature off" } },
        new("case-opening.network-recovery") { Fault = Hang, Answers = { ["needed"] = "It does not answer. Restart it" }, Failing = ["health"] },
        new("case-opening.low-frame-rate") { Fault = FrameDrop, Value = 24, Alert = "performance_alerts/FrameRate", Answers = { ["symptoms"] = "Yes, look for the cause", ["next"] = "Use the plain animation" } },
        new("case-opening.api-timeouts") { Fault = Slow, Value = 3, Alert = "performance_alerts/ApiResponseTime", Answers = { ["next"] = "The API. Scale it" }, FaultStays = true },
        new("case-opening.memory-leak") { Fault = MemoryLeak, Value = 5e6, Alert = "performance_alerts/MemoryUsage", Answers = { ["needed"] = "Yes, restart the API" } },
        new("case-opening.security-response") { Fault = Attack, Value = 5, Answers = { ["assess"] = "Yes, block it" }, FaultStays = true },
        new("case-opening.security-updates"),
        new("case-opening.production-debugging"),

        new("dnd-companion.restart-backend") { Fault = MemoryLeak, Value = 10e6, Alert = "dnd-alerts/HighMemoryUsage" },
        new("dnd-companion.restart-database") { Fault = DatabaseGone, Alert = "dnd-alerts/HighErrorRate", Answers = { ["needed"] = "Yes, restart it" } },
        new("dnd-companion.warm-cache") { Fault = CacheCold, Value = 0.05, Alert = "dnd-limits/CacheHitRate" },
        new("dnd-companion.high-memory") { Fault = MemoryLeak, Value = 10e6, Alert = "dnd-limits/MemoryAboveTarget", Answers = { ["needed"] = "The backend leaks. Restart it" } },
        new("dnd-companion.slow-queries") { Fault = LongQuery, Value = 4, Alert = "dnd-alerts/SlowQueries", Answers = { ["next"] = "A session blocks the others, and goes on" } },
        new("dnd-companion.database-connections") { Fault = ConnectionLeak, Value = 0.93, Alert = "dnd-limits/ConnectionsNearLimit", Answers = { ["next"] = "The backend. Restart it" } },
        new("dnd-companion.container-restarts") { Fault = Crash, Answers = { ["next"] = "It is down now. Start it" } },
        new("dnd-companion.scale-backend") { Fault = BusyProcessor, Value = 0.75, Alert = "dnd-limits/CpuSustained", FaultStays = true },
        new("dnd-companion.free-disk") { Fault = DiskFull, Value = 0.95, Alert = "dnd-limits/DiskUsage", Answers = { ["next"] = "Old images and journals" } },
        new("dnd-companion.rotate-jwt-secret") { Answers = { ["announce"] = "Yes, rotate it now" } },
        new("dnd-companion.renew-certificate") { Answers = { ["needed"] = "Yes" } },
        new("dnd-companion.security-incident") { Fault = Attack, Value = 5, Answers = { ["assess"] = "Yes, block it" }, FaultStays = true },
        new("dnd-companion.query-logging"),
        new("dnd-companion.debug-fetch"),

        new("liap-tui.restart-server") { Fault = Crash, Alert = "liap-tui-alerts/HealthCheckFailures" },
        new("liap-tui.complete-outage") { Fault = DatabaseGone, Alert = "liap-tui-alerts/HealthCheckFailures", Answers = { ["cause"] = "The event store" } },
        new("liap-tui.service-degradation") { Fault = Errors, Value = 0.2, Alert = "liap-tui-alerts/ErrorRateSpike", Answers = { ["needed"] = "Yes" } },
        new("liap-tui.websocket-drops") { Fault = Errors, Value = 0.2, Alert = "liap-tui-alerts/ErrorRateSpike", Answers = { ["next"] = "Failures in the server. Switch spectators off" } },
        new("liap-tui.high-memory") { Fault = MemoryLeak, Value = 10e6, Alert = "liap-tui-alerts/MemoryExhausted", Answers = { ["next"] = "The game's state. Restart the server" } },
        new("liap-tui.slow-game") { Fault = Slow, Value = 2, Answers = { ["next"] = "All of it. Add servers" }, FaultStays = true },
        new("liap-tui.scale-server") { Fault = BusyProcessor, Value = 0.85, Alert = "liap-tui-alerts/CpuExhausted", FaultStays = true },
        new("liap-tui.free-disk") { Fault = DiskFull, Value = 0.95, Alert = "liap-tui-alerts/DiskExhausted", Answers = { ["next"] = "Yes, prune them" } },
        new("liap-tui.connection-limit") { Fault = Flood, Alert = "liap-tui-alerts/ConnectionLimitReached", Answers = { ["next"] = "Somebody floods it. Limit the rate" } },
        new("liap-tui.recovery-activity") { Fault = Errors, Value = 0.5, FaultSeconds = 60, Alert = "liap-tui-alerts/RecoveryActivated", Answers = { ["judged"] = "Yes, wait until it is stable" } },
        new("liap-tui.inspect-room"),
        new("liap-tui.security-response") { Fault = Attack, Value = 5, Answers = { ["judged"] = "Yes, block it" }, FaultStays = true },

        new("nba-projections.error-spike") { Fault = DatabaseGone, Alert = "nba-stats-alerts/HighErrorRate", Answers = { ["cause"] = "Yes, restart the database" }, Failing = ["check"] },
        new("nba-projections.restart-api") { Fault = GarbageOutput },
        new("nba-projections.scale-api") { Fault = Slow, Value = 3, FaultStays = true },
        new("nba-projections.api-issues") { Fault = Errors, Value = 0.3, Alert = "nba-stats-alerts/HighErrorRate", Answers = { ["next"] = "Error spikes. Switch live projections off" } },
        new("nba-projections.database-issues") { Fault = ConnectionLeak, Value = 0.95, Answers = { ["next"] = "Connection errors. Restart it" } },
        new("nba-projections.infrastructure-issues") { Fault = Crash, Answers = { ["next"] = "Pods crash. Restart them" } },
        new("nba-projections.recover-node") { Fault = BusyProcessor, Value = 0.75 },
        new("nba-projections.debug-logging"),

        new("quantum-nexus.scale-workers") { Fault = Slow, Value = 2, Alert = "quantum-nexus-alerts/ApiLatency", FaultStays = true },
        new("quantum-nexus.performance-degradation") { Fault = BusyProcessor, Value = 0.85, Alert = "quantum-nexus-alerts/CpuUsage", Answers = { ["next"] = "The workers. Scale them" }, FaultStays = true },
        new("quantum-nexus.error-rate") { Fault = Errors, Value = 0.3, Alert = "quantum-nexus-alerts/ErrorRate", Answers = { ["next"] = "A feature of ours. Switch it off" } },
        new("quantum-nexus.wallet-connection") { Fault = ThirdParty, Failing = ["particle", "rpc"], FaultStays = true },
        new("quantum-nexus.stuck-transaction") { Parameters = { ["transaction"] = "0x5c504ed432cb51138bcf09aa5e8a410dd4a1e204ef84bfed1be16dfba1b22060" }, Answers = { ["next"] = "Enough. It only has to wait" } },
        new("quantum-nexus.rotate-secrets"),
    ];

    /// <summary>The same with another answer, whose remedy is a run of its own.</summary>
    public static readonly Procedure[] OtherAnswers =
    [
        new("case-opening.immediate-response") { Answers = { ["stop"] = "Restart the API" } },
        new("case-opening.investigate-errors") { Answers = { ["cause"] = "From the program itself" } },
        new("nba-projections.api-issues") { Fault = Hang, Answers = { ["next"] = "It hangs or times out. Restart" }, Failing = ["health"] },
    ];
}
