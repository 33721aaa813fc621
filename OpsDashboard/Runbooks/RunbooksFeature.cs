using OpsDashboard.Alerts;
using OpsDashboard.Alerts.Notifications;
using OpsDashboard.Alerts.Silences;
using OpsDashboard.Catalogue;
using OpsDashboard.Live;
using OpsDashboard.Logs;
using OpsDashboard.Metrics.PromQl;
using OpsDashboard.Runbooks.Api;
using OpsDashboard.Runbooks.Approvals;
using OpsDashboard.Runbooks.Automation;
using OpsDashboard.Runbooks.Locks;
using OpsDashboard.Runbooks.Mutes;
using OpsDashboard.Runbooks.Nodes;
using OpsDashboard.Runbooks.Nodes.Local;
using OpsDashboard.Runbooks.Nodes.Ssh;
using OpsDashboard.Runbooks.Output;
using OpsDashboard.Runbooks.Planning;
using OpsDashboard.Runbooks.Proof;
using OpsDashboard.Runbooks.Reading;
using OpsDashboard.Runbooks.Recoveries;
using OpsDashboard.Runbooks.Running;
using OpsDashboard.Runbooks.Secrets;
using OpsDashboard.Runbooks.Steps;
using OpsDashboard.Runbooks.Steps.Containers;
using OpsDashboard.Runbooks.Steps.Kubernetes;
using OpsDashboard.Runbooks.Steps.Logs;
using OpsDashboard.Runbooks.Steps.Redis;
using OpsDashboard.Runbooks.Steps.Sql;
using OpsDashboard.Runbooks.Store;
using OpsDashboard.Ui;

namespace OpsDashboard.Runbooks;

public static class RunbooksFeature
{
    public static WebApplicationBuilder AddRunbooks(this WebApplicationBuilder builder)
    {
        builder.AddRunbookFiles();
        builder.Services.AddSingleton<RunbookList>().AddSingleton<Planner>().AddSingleton<PreviewSeals>().AddSingleton<Previews>().AddSingleton<Runs>().AddSingleton<NestedRuns>();
        builder.Services.AddSingleton<ApprovalDesk>().AddSingleton<ApproverCall>().AddSingleton<GlassDoor>().AddSingleton<GlassReviews>();
        builder.Services.AddSingleton<WaitingLine>().AddSingleton<LockDesk>();
        builder.Services.AddSingleton<RunMutes>().AddSingleton<IAlertMutes>(services => services.GetRequiredService<RunMutes>());
        builder.Services.AddSingleton<RunStore>().AddSingleton<IRecoveryScores, RecoveryScores>().AddSingleton<RunOutputs>().AddSingleton<RunNews>().AddSingleton<ProofBoard>();
        builder.Services.AddSingleton<GoalSights>().AddSingleton<StepChecks>().AddSingleton<RunnerParts>();
        builder.Services.AddHostedService<RunnerHost>();
        builder.Services.AddSingleton<AutomationSwitchboard>().AddSingleton<AutomationBoard>().AddSingleton<AutomationRound>().AddSingleton<IAutomationNews, AutomationNews>().AddHostedService<AutomationHost>();
        builder.Services.AddSingleton<RunLiveSource>().AddSingleton<ILiveSource>(services => services.GetRequiredService<RunLiveSource>()).AddHostedService<ReplicaOutput>();
        builder.Services.AddSingleton<IAlertActions, RunbookActions>();
        builder.Services.AddSingleton<IPaletteSource, RunbookPalette>();
        builder.Services.AddSingleton<IMenuBadge, WaitingRuns>();
        return builder;
    }

    /// <summary>What is needed to read and judge the files alone.</summary>
    public static WebApplicationBuilder AddRunbookFiles(this WebApplicationBuilder builder)
    {
        // Whoever reads the catalogue asks the step kinds, and they these: so late that nobody waits for himself.
        builder.Services.AddSingleton<Func<ICatalogue>>(services => services.GetRequiredService<ICatalogue>);
        builder.Services.AddSingleton<Func<IPromQl>>(services => services.GetRequiredService<IPromQl>);
        builder.Services.AddSingleton<Func<NoticeSender>>(services => services.GetRequiredService<NoticeSender>);
        builder.Services.AddSingleton<Func<IPartHealth>>(services => services.GetRequiredService<IPartHealth>);
        builder.Services.AddSingleton<Func<StepExecutors>>(services => services.GetRequiredService<StepExecutors>);
        builder.Services.AddSingleton<Func<NestedRuns>>(services => services.GetRequiredService<NestedRuns>);
        builder.Services.AddSingleton<Func<ILogQuery>>(services => services.GetRequiredService<ILogQuery>);
        builder.Services.AddStepKind<RedisStepExecutor>().AddStepKind<ProbeStepExecutor>().AddStepKind<LogsStepExecutor>().AddStepKind<ContainerStepExecutor>().AddStepKind<KubernetesStepExecutor>();
        builder.Services.AddStepKind<ParallelStepExecutor>().AddStepKind<RunbookStepExecutor>();
        builder.Services.AddStepKind<CommandStepExecutor>().AddStepKind<HttpStepExecutor>().AddStepKind<SqlStepExecutor>();
        builder.Services.AddStepKind<MetricStepExecutor>().AddStepKind<DelayStepExecutor>();
        builder.Services.AddStepKind<ManualStepExecutor>().AddStepKind<DecisionStepExecutor>().AddStepKind<NotifyStepExecutor>().AddStepKind<ApprovalStepExecutor>();
        builder.Services.AddSingleton(builder.Configuration.GetSection("Nodes").Get<NodesOptions>() ?? new()).AddSingleton<ISecrets, SecretStore>();
        builder.Services.AddNodeKind<SimulatorNodeKind>().AddNodeKind<LocalNodeKind>().AddNodeKind<SshNodeKind>();
        builder.Services.AddSingleton<StepReader>().AddSingleton<StepExecutors>().AddSingleton<CommandNodes>();
        builder.Services.AddSingleton<ICatalogueFolder, RunbookFolder>().AddSingleton<ICatalogueDocument, AutomationFile>();
        return builder;
    }

    public static WebApplication MapRunbooks(this WebApplication app)
    {
        RunbookEndpoints.Map(app);
        RunEndpoints.Map(app);
        RunForms.Map(app);
        AutomationEndpoints.Map(app);
        return app;
    }
}
