using System.Net;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.HttpOverrides;
using OpsDashboard.Access;

namespace OpsDashboard.Http;

public static class HttpFeature
{
    const string DefaultUrl = "http://127.0.0.1:5080";

    public static WebApplicationBuilder AddHttp(this WebApplicationBuilder builder)
    {
        if (string.IsNullOrEmpty(builder.Configuration["urls"]) && string.IsNullOrEmpty(builder.Configuration["http_ports"]) && string.IsNullOrEmpty(builder.Configuration["https_ports"]))
            builder.WebHost.UseUrls(DefaultUrl);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = Limits.MaxBody;
        });
        var services = builder.Services;
        services.AddSingleton(_ => HttpOptions.Read(builder.Configuration));
        services.AddSingleton(_ => Outbound.Read(builder.Configuration));
        services.ConfigureHttpJsonOptions(options => Json.Configure(options.SerializerOptions));
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.AddExceptionHandler<ProblemHandler>();
        services.AddSingleton<IdempotencyKeys>().AddHostedService<IdempotencyHost>();
        services.AddSingleton<Readiness>().AddSingleton<IReadinessCheck, DatabaseReadiness>();
        services.AddOpenApi();
        return builder;
    }

    /// <summary>The pipeline, from the outside in, and the addresses that watch the program itself.</summary>
    public static WebApplication MapHttp(this WebApplication app)
    {
        var http = app.Services.GetRequiredService<HttpOptions>();
        ListenRule.Check(app.Configuration, app.Services.GetRequiredService<AccessOptions>(), http);
        if (http.Proxies.Any())
            app.UseForwardedHeaders(Forwarded(http));
        app.UseSecurityHeaders();
        if (!string.IsNullOrEmpty(http.PathBase))
            app.UsePathBase(http.PathBase);
        app.UseExceptionHandler(_ => { });
        UseStatusPages(app);
        app.UseRouting();
        app.UseAuthentication();
        app.UseCrossOriginGuard();
        app.UseAuthorization();
        app.UseConnectionGuard();
        app.UseBodyLimits();
        app.UseAntiforgery();
        var keys = app.Services.GetRequiredService<IdempotencyKeys>();
        app.Use(next => context => keys.FollowAsync(context, next));
        app.MapHealth();
        app.MapOpenApi().RequirePermission(Permission.ReadSystems);
        return app;
    }

    // Data requests are answered with problem details; who navigates gets the page of the Shell. Both stand before routing and the rest of the pipeline, which
    // the page goes through again: in a branch (UseWhen) it would find no route.
    static void UseStatusPages(WebApplication app)
    {
        app.UseStatusCodePages(pages => Requests.WantsPage(pages.HttpContext.Request) ? Task.CompletedTask : DescribeAsync(pages.HttpContext));
        app.UseStatusCodePagesWithReExecute($"{Requests.StatusPagePath}/{{0}}");
        app.Use((context, next) =>
        {
            if (!Requests.WantsPage(context.Request))
                context.Features.Get<IStatusCodePagesFeature>()!.Enabled = false;
            return next(context);
        });
    }

    static Task DescribeAsync(HttpContext context)
    {
        var status = context.Response.StatusCode;
        return context.GetEndpoint()?.Metadata.GetMetadata<IStatusAnswer>() is { } own
            ? own.WriteAsync(context, Detail(status))
            : Problems.WriteAsync(context, Problems.Create(status, Detail(status)));
    }

    static string Detail(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => "Sign in, or send Authorization: Bearer with a token that holds.",
        StatusCodes.Status403Forbidden => "You are signed in, but your role does not allow this.",
        StatusCodes.Status404NotFound => "There is nothing at this address.",
        StatusCodes.Status405MethodNotAllowed => "This address does not know that method.",
        StatusCodes.Status415UnsupportedMediaType => "Send JSON, with Content-Type: application/json.",
        _ => "The request was not accepted.",
    };

    static ForwardedHeadersOptions Forwarded(HttpOptions http)
    {
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto, ForwardLimit = null };
        options.KnownIPNetworks.Clear();
        options.KnownProxies.Clear();
        foreach (var proxy in http.Proxies)
        {
            if (IPAddress.TryParse(proxy, out var address))
                options.KnownProxies.Add(address);
            else
                options.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(proxy));
        }
        return options;
    }
}
