using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.Options;

namespace OpsDashboard.Access;

/// <summary>The cookie that a signed-in browser carries. Strangers are led to the sign-in page, programs get a plain 401.</summary>
sealed class SignInCookie(AccessOptions access) : IConfigureNamedOptions<CookieAuthenticationOptions>
{
    public const string SchemeName = CookieAuthenticationDefaults.AuthenticationScheme;
    public const string SignInPath = "/sign-in";

    public void Configure(CookieAuthenticationOptions options) => Configure(SchemeName, options);

    public void Configure(string? name, CookieAuthenticationOptions options)
    {
        options.Cookie.Name = "ops-session";
        options.Cookie.HttpOnly = true;
        // Lax: a link in a chat opens signed in; nothing that acts is reached by a link.
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.CookieManager = new HostPrefix();
        options.ExpireTimeSpan = access.SessionLength;
        options.SlidingExpiration = true;
        options.LoginPath = SignInPath;
        options.Events.OnRedirectToLogin = context => Refuse(context, StatusCodes.Status401Unauthorized);
        options.Events.OnRedirectToAccessDenied = context => Refuse(context, StatusCodes.Status403Forbidden);
        options.Events.OnValidatePrincipal = ValidateAsync;
    }

    static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        if (context.Principal is null || !await context.HttpContext.RequestServices.GetRequiredService<IActors>().IsCurrentAsync(context.Principal))
            context.RejectPrincipal();
    }

    static Task Refuse(RedirectContext<CookieAuthenticationOptions> context, int status)
    {
        var wantsPage = HttpMethods.IsGet(context.Request.Method) && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
        if (wantsPage && status == StatusCodes.Status401Unauthorized)
            context.Response.Redirect(context.RedirectUri);
        else
            context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    /// <summary>Over TLS the browser itself holds the cookie to this host and to TLS (<c>__Host-</c>).</summary>
    sealed class HostPrefix : ICookieManager
    {
        readonly ChunkingCookieManager inner = new();

        public string? GetRequestCookie(HttpContext context, string key) => inner.GetRequestCookie(context, Name(context, key));

        public void AppendResponseCookie(HttpContext context, string key, string? value, CookieOptions options) =>
            inner.AppendResponseCookie(context, Name(context, key), value, Whole(context, options));

        public void DeleteCookie(HttpContext context, string key, CookieOptions options) => inner.DeleteCookie(context, Name(context, key), Whole(context, options));

        static string Name(HttpContext context, string key) => context.Request.IsHttps ? $"__Host-{key}" : key;

        static CookieOptions Whole(HttpContext context, CookieOptions options) =>
            context.Request.IsHttps ? new CookieOptions(options) { Path = "/", Domain = null, Secure = true } : options;
    }
}
