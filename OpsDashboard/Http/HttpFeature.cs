using OpsDashboard.Access;

namespace OpsDashboard.Http;

public static class HttpFeature
{
    const string DefaultUrl = "http://127.0.0.1:5080";

    public static WebApplicationBuilder AddHttp(this WebApplicationBuilder builder)
    {
        if (string.IsNullOrEmpty(builder.Configuration["urls"]) && string.IsNullOrEmpty(builder.Configuration["http_ports"]) && string.IsNullOrEmpty(builder.Configuration["https_ports"]))
            builder.WebHost.UseUrls(DefaultUrl);
        return builder;
    }

    public static WebApplication MapHttp(this WebApplication app)
    {
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseConnectionGuard();
        app.UseAntiforgery();
        return app;
    }
}
