using Microsoft.AspNetCore.Diagnostics;
using OpsDashboard.Access;

namespace OpsDashboard.Http;

/// <summary>Answers exceptions of endpoints. What nobody expected is logged once.</summary>
sealed class ProblemHandler(AccessRefusals refusals, ILogger<ProblemHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (httpContext.RequestAborted.IsCancellationRequested)
            return true;
        // Noted where it was refused; the answer waits until the log has it.
        if (exception is AccessDeniedException)
            await refusals.Written;
        var problem = Problems.Of(exception);
        if (problem is null)
            logger.LogError(exception, "{Method} {Path} failed", httpContext.Request.Method, httpContext.Request.Path);
        problem ??= Problems.Create(StatusCodes.Status500InternalServerError, $"Something went wrong here; nothing was changed as far as the answer can say. It is logged under {httpContext.TraceIdentifier}.");
        if (Requests.WantsPage(httpContext.Request))
            await ErrorPage.WriteAsync(httpContext, problem);
        else
            await Problems.WriteAsync(httpContext, problem);
        return true;
    }
}
