using OpsDashboard.Metrics.Intake.OpenMetrics;
using OpsDashboard.Metrics.Intake.Otlp;
using OpsDashboard.Metrics.Intake.RemoteWrite;

namespace OpsDashboard.Metrics.Intake;

public static class IntakeFeature
{
    public static WebApplicationBuilder AddIntake(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(_ => builder.Configuration.GetSection("Intake").Get<IntakeOptions>() ?? new());
        builder.Services.AddSingleton<SampleIntake>().AddSingleton<Backfill>().AddSingleton<ImportPlaces>();
        return builder;
    }

    public static WebApplication MapIntake(this WebApplication app)
    {
        app.MapRemoteWrite();
        app.MapOpenMetricsIntake();
        app.MapOtlpMetrics();
        return app;
    }
}
