using OpsDashboard.Access;
using OpsDashboard.Audit;

namespace OpsDashboard.Metrics.PromQl.Api;

/// <summary>One request to Prometheus' HTTP API: who asks, what, and the samples and language limited to what they may read.</summary>
sealed record ApiCall(ApiParameters Parameters, Actor Actor, IPromQl Language, ISampleQuery Samples, TimeProvider Clock, QueryQueue Queue, CancellationToken Stop)
{
    /// <summary>Milliseconds since 1970 UTC.</summary>
    public long Now => Clock.GetUtcNow().ToUnixTimeMilliseconds();
}

/// <summary>Makes an endpoint of an operation on an <see cref="ApiCall"/>: reads parameters, limits the samples, turns failures into the envelope.</summary>
sealed class ApiEndpoint(ICurrentActor currentActor, IPromQl language, ISampleQuery samples, QueryQueue queue, IServiceProvider services)
{
    public async Task<IResult> RunAsync(HttpContext context, Func<ApiCall, Task<ApiAnswer>> operation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        try
        {
            var parameters = await ApiParameters.ReadAsync(context.Request);
            var actor = await currentActor.GetAsync();
            if (parameters.Duration("timeout") is { } timeout)
                deadline.CancelAfter(TimeSpan.FromMilliseconds(Math.Clamp(timeout, 0, int.MaxValue)));
            var clock = services.GetService<TimeProvider>() ?? TimeProvider.System;
            return await operation(new(parameters, actor, language.For(actor), new GrantedSamples(samples, actor), clock, queue, deadline.Token));
        }
        catch (ApiError error)
        {
            return ApiAnswer.Failed(error);
        }
        catch (PromQlException failed)
        {
            return ApiAnswer.Failed(ApiError.Execution(failed.Message));
        }
        catch (QueryLimitException limit)
        {
            return ApiAnswer.Failed(limit.IsTimeout ? ApiError.Timeout(limit.Message) : ApiError.Execution(limit.Message));
        }
        catch (AccessDeniedException denied)
        {
            return ApiAnswer.Failed(ApiError.Forbidden(denied.Message));
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            return ApiAnswer.Failed(ApiError.Timeout("query timed out in expression evaluation"));
        }
    }
}
