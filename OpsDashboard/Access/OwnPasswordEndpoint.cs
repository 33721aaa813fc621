using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;

namespace OpsDashboard.Access;

/// <summary>The form of the account page: a plain post, because only an answer can carry the new cookie.</summary>
static class OwnPasswordEndpoint
{
    public const string Path = "/account/password";

    public static void MapOwnPassword(this WebApplication app) =>
        app.MapPost(Path, ChangeAsync).RequireAuthorization().ExcludeFromDescription().DisableAntiforgery();

    static async Task<IResult> ChangeAsync(HttpContext context, IAntiforgery antiforgery, IActors actors, OwnPassword own)
    {
        if (!await antiforgery.IsRequestValidAsync(context))
            return Results.BadRequest();
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var actor = await actors.ResolveAsync(context.User, context.Connection.RemoteIpAddress?.ToString());
        try
        {
            if (form["new"] != form["again"])
                throw new InvalidInputException("again", "the two new passwords differ.");
            var principal = await own.ChangeAsync(actor, form["old"].ToString(), form["new"].ToString(), context.RequestAborted);
            await context.SignInAsync(SignInCookie.SchemeName, principal, new() { IsPersistent = true });
            return Back(context, "notice", "changed");
        }
        catch (InvalidInputException invalid)
        {
            return Back(context, "problem", invalid.Problems[0].Field);
        }
        catch (Exception refusal) when (refusal is NotFoundException or StaleVersionException)
        {
            return Back(context, "problem", "account");
        }
    }

    static IResult Back(HttpContext context, string name, string value) => Results.LocalRedirect($"{context.Request.PathBase}/account?{name}={Uri.EscapeDataString(value)}");
}
