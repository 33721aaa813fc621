using Microsoft.AspNetCore.Diagnostics;
using OpsDashboard.Access;
using OpsDashboard.Audit;

namespace OpsDashboard.Http;

/// <summary>Answers exceptions of endpoints. What the domain refused is audited here; what nobody expected is logged once.</summary>
sealed class ProblemHandler(AccessRefusals refusals, IActors actors, ILogger<ProblemHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (httpContext.RequestAborted.IsCancellationRequested)
            return true;
        if (exception is AccessDeniedException denied)
            await refusals.WriteAsync(await ActorAsync(httpContext), denied.Permission.ToString(), denied.SystemId, httpContext.Request);
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

    ValueTask<Actor> ActorAsync(HttpContext context) => actors.ResolveAsync(context.User, context.Connection.RemoteIpAddress?.ToString());
}
