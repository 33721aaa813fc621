using OpsDashboard.Access;
using OpsDashboard.Alerts.Trials;
using OpsDashboard.Audit;
using OpsDashboard.Incidents.Bundles;
using OpsDashboard.Metrics.Intake.OpenMetrics;

namespace OpsDashboard.Shell;

/// <summary>The program's commands besides starting the dashboard; each returns the exit code.</summary>
public static class CommandLine
{
    static readonly Dictionary<string, Func<string[], Task<int>>> Commands = new()
    {
        ["sign-in-link"] = AccessCommands.SignInLinkAsync,
        ["verify-audit"] = AuditCommands.VerifyAsync,
        ["probe"] = ProbeCommand.RunAsync,
        ["import"] = ImportCommand.RunAsync,
        ["test-rules"] = args => TestRulesCommand.RunAsync(args, Console.Out),
        ["check"] = args => CheckCommand.RunAsync(args, Console.Out),
        ["export-runbooks"] = args => ExportRunbooksCommand.RunAsync(args, Console.Out),
        ["verify-bundle"] = args => VerifyBundleCommand.RunAsync(args, Console.Out),
        ["check-route"] = args => RouteCommand.RunAsync(args, Console.Out, TimeProvider.System),
    };

    /// <summary>The command that the first argument names, or null: start the dashboard.</summary>
    public static Func<string[], Task<int>>? Find(string[] args) =>
        args.Length > 0 && Commands.TryGetValue(args[0], out var command) ? command : null;
}
