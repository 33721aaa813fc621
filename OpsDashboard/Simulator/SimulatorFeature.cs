namespace OpsDashboard.Simulator;

public static class SimulatorFeature
{
    public static WebApplicationBuilder AddSimulator(this WebApplicationBuilder builder)
    {
        return builder;
    }

    public static WebApplication MapSimulator(this WebApplication app)
    {
        return app;
    }
}
