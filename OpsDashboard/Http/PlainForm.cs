using Microsoft.AspNetCore.Antiforgery;

namespace OpsDashboard.Http;

/// <summary>
/// A form that acts without a circuit and without script: a post with antiforgery token, which <c>?key=</c> in its address makes safe to send twice.
/// Script sends the same form and asks for JSON (<c>js/parts/posts.js</c>); who did not is led back to a page.
/// </summary>
public static class PlainForm
{
    /// <summary>Marks the endpoint, so that its key counts as an Idempotency-Key.</summary>
    sealed class Mark;

    /// <summary>The name of the key in the form's address.</summary>
    public const string Key = "key";

    public static RouteHandlerBuilder AsPlainForm(this RouteHandlerBuilder endpoint) => endpoint
        .WithMetadata(new Mark()).ExcludeFromDescription().DisableAntiforgery()
        .AddEndpointFilter(async (invocation, next) =>
            await invocation.HttpContext.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(invocation.HttpContext)
                ? await next(invocation)
                : Problems.Answer(StatusCodes.Status400BadRequest, "The form is too old or not of this page. Load the page again; nothing was changed."));

    /// <summary>The key of a plain form, or null where the request is none or has none.</summary>
    public static string? KeyOf(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<Mark>() is not null && context.Request.Query[Key].ToString() is { Length: > 0 } key ? key : null;

    public static bool WantsData(HttpRequest request) => request.Headers.Accept.ToString().Contains("application/json", StringComparison.OrdinalIgnoreCase);

    /// <summary>Leads back to a page of ours.</summary>
    /// <param name="page">Relative to the base address. What is no such address leads to the overview.</param>
    public static IResult Back(HttpContext context, string page) =>
        Results.LocalRedirect($"{context.Request.PathBase}/{(IsOwnPage(page) ? page : "")}");

    static bool IsOwnPage(string page) => page.Length is > 0 and < 2000 && char.IsAsciiLetter(page[0]) && page.AsSpan().IndexOfAny(":\\\r\n") < 0;
}
