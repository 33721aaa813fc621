namespace OpsDashboard.Audit;

public static class AuditFeature
{
    public static WebApplicationBuilder AddAudit(this WebApplicationBuilder builder)
    {
        return builder;
    }

    public static WebApplication MapAudit(this WebApplication app)
    {
        return app;
    }
}
