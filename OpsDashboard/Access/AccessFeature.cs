using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.Options;
using OpsDashboard.Audit;

namespace OpsDashboard.Access;

public static class AccessFeature
{
    const string CookieOrBearer = "CookieOrBearer";

    public static WebApplicationBuilder AddAccess(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton(_ => AccessOptions.Read(builder.Configuration));
        services.AddSingleton(provider => new AttemptLimit(provider.GetRequiredService<AccessOptions>().AttemptsPerMinute, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<SignIn>().AddSingleton<SignInLinks>().AddSingleton<FirstStart>();
        services.AddSingleton(provider => new AccessChangeNotice(provider.GetRequiredService<AccessChanges>()));
        services.AddSingleton<OwnPassword>().AddSingleton<FreshSignIn>().AddSingleton<Accounts>().AddSingleton<ApiTokens>().AddSingleton<AuditDesk>();
        AddActors(services);
        AddDoors(services);
        services.AddHostedService<AccessHost>();
        services.AddRazorComponents();
        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = "ops-form";
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            options.SuppressXFrameOptionsHeader = true;
        });
        return builder;
    }

    public static WebApplication MapAccess(this WebApplication app)
    {
        app.MapSignIn();
        app.MapOwnPassword();
        return app;
    }

    /// <summary>Put after authentication in the pipeline.</summary>
    public static IApplicationBuilder UseConnectionGuard(this IApplicationBuilder app)
    {
        var guard = app.ApplicationServices.GetRequiredService<ConnectionGuard>();
        return app.Use(next => context => guard.FollowAsync(context, next));
    }

    static void AddActors(IServiceCollection services)
    {
        services.AddHttpContextAccessor();
        services.AddSingleton<Actors>().AddSingleton<IActors>(provider => provider.GetRequiredService<Actors>());
        services.AddSingleton<AccessChanges>().AddSingleton<IAccessChanges>(provider => provider.GetRequiredService<AccessChanges>());
        services.AddSingleton<ConnectionGuard>().AddHostedService(provider => provider.GetRequiredService<ConnectionGuard>());
        services.AddScoped<ICurrentActor, CurrentActor>();
        services.AddScoped<AuthenticationStateProvider, SignInRevalidation>();
        services.AddCascadingAuthenticationState();
    }

    static void AddDoors(IServiceCollection services)
    {
        services.AddAuthentication(CookieOrBearer)
            .AddPolicyScheme(CookieOrBearer, null, options => options.ForwardDefaultSelector =
                context => BearerAuthentication.Carries(context.Request) ? BearerAuthentication.SchemeName : SignInCookie.SchemeName)
            .AddCookie()
            .AddScheme<AuthenticationSchemeOptions, BearerAuthentication>(BearerAuthentication.SchemeName, null);
        services.AddSingleton<IConfigureOptions<CookieAuthenticationOptions>, SignInCookie>();
        services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        services.AddSingleton<IAuthorizationPolicyProvider, PermissionPolicies>();
        services.AddSingleton<IAuthorizationHandler, PermissionHandler>();
        services.AddSingleton<AccessRefusals>().AddSingleton<IRefusals>(provider => provider.GetRequiredService<AccessRefusals>()).AddSingleton<IAuthorizationMiddlewareResultHandler, AuditedDoor>();
    }
}
