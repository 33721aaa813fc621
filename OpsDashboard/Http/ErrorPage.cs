using System.Text.Encodings.Web;

namespace OpsDashboard.Http;

/// <summary>An error on a page request, without anything that could fail in turn: no database, no circuit.</summary>
static class ErrorPage
{
    public static Task WriteAsync(HttpContext context, Problem problem)
    {
        context.Response.StatusCode = problem.Status;
        context.Response.ContentType = "text/html; charset=utf-8";
        if (problem.Status == StatusCodes.Status503ServiceUnavailable)
            context.Response.Headers.RetryAfter = "5";
        var root = HtmlEncoder.Default.Encode($"{context.Request.PathBase}/");
        return context.Response.WriteAsync($"""
            <!DOCTYPE html>
            <html lang="en" data-theme="dark"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{HtmlEncoder.Default.Encode(problem.Title)} · OpsDashboard</title><base href="{root}">
            <script src="js/theme.js"></script><link rel="icon" type="image/svg+xml" href="favicon.svg"><link rel="stylesheet" href="css/app.css"><link rel="stylesheet" href="css/sign-in.css"></head>
            <body class="sign-in"><main><h1>{HtmlEncoder.Default.Encode(problem.Title)}</h1><p class="problem" role="alert">{HtmlEncoder.Default.Encode(problem.Detail)}</p><p><a href="{root}">To the overview</a></p></main></body></html>
            """, context.RequestAborted);
    }
}
