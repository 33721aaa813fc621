using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;

namespace OpsDashboard.Access;

/// <summary>The sign-in page and its forms. Showing a link never uses it up: only the press of the button does.</summary>
static class SignInEndpoints
{
    public static void MapSignIn(this WebApplication app)
    {
        app.MapGet(SignInCookie.SignInPath, Show).AllowAnonymous().ExcludeFromDescription();
        app.MapPost(SignInCookie.SignInPath, SignInAsync).AllowAnonymous().ExcludeFromDescription().DisableAntiforgery();
        app.MapPost("/sign-out", SignOutAsync).RequireAuthorization().ExcludeFromDescription().DisableAntiforgery();
    }

    static RazorComponentResult<SignInPage> Show(HttpContext context, string? code, string? returnUrl, string? notice) =>
        Page(context, code, Local(returnUrl), notice: notice switch
        {
            "out" => "You are signed out.",
            "changed" => "Your access was changed. Sign in again.",
            _ => null,
        });

    static async Task<IResult> SignInAsync(HttpContext context, IAntiforgery antiforgery, SignIn signIn)
    {
        if (!await antiforgery.IsRequestValidAsync(context))
            return Page(context, null, null, problem: "This page was open for too long. Try again.", status: StatusCodes.Status400BadRequest);
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var (code, email, returnUrl) = (Field(form, "code"), Field(form, "email"), Local(Field(form, "returnUrl")));
        var address = context.Connection.RemoteIpAddress?.ToString();
        var outcome = code is not null
            ? await signIn.WithLinkAsync(code, address, context.RequestAborted)
            : await signIn.WithPasswordAsync(email ?? "", Field(form, "password") ?? "", address, context.RequestAborted);
        switch (outcome)
        {
            case SignInOutcome.Succeeded succeeded:
                await context.SignInAsync(SignInCookie.SchemeName, succeeded.Principal, new() { IsPersistent = true });
                return Results.LocalRedirect(returnUrl ?? $"{context.Request.PathBase}/");
            case SignInOutcome.TooMany tooMany:
                context.Response.Headers.RetryAfter = $"{Math.Ceiling(tooMany.RetryAfter.TotalSeconds)}";
                return Page(context, null, returnUrl, email, $"Too many attempts from your address. Try again in {Math.Ceiling(tooMany.RetryAfter.TotalSeconds)} s.", StatusCodes.Status429TooManyRequests);
            default:
                return Page(context, null, returnUrl, email, code is not null
                    ? "This link has been used or has expired. Ask for a new one."
                    : "E-mail or password is wrong, or the account is locked for a few minutes.", StatusCodes.Status401Unauthorized);
        }
    }

    static async Task<IResult> SignOutAsync(HttpContext context, IAntiforgery antiforgery, IActors actors, SignIn signIn)
    {
        if (!await antiforgery.IsRequestValidAsync(context))
            return Results.BadRequest();
        var actor = await actors.ResolveAsync(context.User, context.Connection.RemoteIpAddress?.ToString());
        await signIn.SignOutAsync(context.User, actor, context.RequestAborted);
        await context.SignOutAsync(SignInCookie.SchemeName);
        return Results.LocalRedirect($"{context.Request.PathBase}{SignInCookie.SignInPath}?notice=out");
    }

    static RazorComponentResult<SignInPage> Page(HttpContext context, string? code, string? returnUrl, string? email = null, string? problem = null, int status = StatusCodes.Status200OK, string? notice = null)
    {
        context.Response.Headers.CacheControl = "no-store";
        // The code of a link must not leave in a Referer; a stricter policy would make the browser post the form with "Origin: null".
        context.Response.Headers["Referrer-Policy"] = "same-origin";
        return new(new
        {
            Code = code,
            ReturnUrl = returnUrl,
            Email = email,
            Problem = problem,
            Notice = notice,
            BaseHref = $"{context.Request.PathBase}/",
        })
        { StatusCode = status };
    }

    static string? Field(IFormCollection form, string name) => form[name].ToString() is { Length: > 0 } value ? value : null;

    /// <summary>Only paths of this site: a sign-in page that sends people elsewhere is a phisher's tool.</summary>
    static string? Local(string? url) =>
        url is ['/', ..] && url is not (['/', '/', ..] or ['/', '\\', ..]) && !url.Any(char.IsControl) ? url : null;
}
