using OpsDashboard.Storage;

namespace OpsDashboard.Audit;

public static class AuditFeature
{
    public static WebApplicationBuilder AddAudit(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IAuditLog, AuditLog>();
        builder.Services.AddSingleton<ISchemaScript, AuditGuard>();
        builder.Services.AddSingleton<AuditKeys>().AddSingleton<AuditCheckpoints>().AddSingleton<AuditReader>();
        builder.Services.AddSingleton<AuditVerification>().AddSingleton<AuditExport>();
        builder.Services.AddHostedService<CheckpointHost>();
        builder.Services.AddSingleton<StrangerRefusals>();
        builder.Services.AddSingleton<IStrangerRefusals>(services => services.GetRequiredService<StrangerRefusals>());
        builder.Services.AddHostedService(services => services.GetRequiredService<StrangerRefusals>());
        return builder;
    }

    public static WebApplication MapAudit(this WebApplication app)
    {
        return app;
    }
}
