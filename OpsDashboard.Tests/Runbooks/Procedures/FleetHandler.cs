using Microsoft.AspNetCore.Http;
using OpsDashboard.Runbooks.Expressions;
using OpsDashboard.Runbooks.Steps;

namespace OpsDashboard.Tests.Runbooks.Procedures;

/// <summary>How many steps are at work outside the loop's thread, in real time.</summary>
sealed class Away
{
    int count;

    public bool IsAway => Volatile.Read(ref count) > 0;

    public void Begin() => Interlocked.Increment(ref count);

    public void End() => Interlocked.Decrement(ref count);
}

/// <summary>Asks the sites of a simulated system in this process.</summary>
sealed class FleetHandler(ScrapedSystem scraped, Away away) : HttpMessageHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken stop)
    {
        if (scraped.System.SiteAt(request.RequestUri!.Port) is not { } site)
            throw new HttpRequestException(HttpRequestError.ConnectionError, "refused");
        var context = new DefaultHttpContext { RequestAborted = stop };
        context.Request.Method = request.Method.Method;
        context.Request.Path = request.RequestUri.AbsolutePath;
        context.Request.QueryString = new(request.RequestUri.Query);
        context.Response.Body = new MemoryStream();
        // A simulated program takes virtual time to answer.
        var answering = site.AnswerAsync(context);
        away.End();
        try
        {
            await answering;
        }
        finally
        {
            away.Begin();
        }
        stop.ThrowIfCancellationRequested();
        return new((System.Net.HttpStatusCode)context.Response.StatusCode) { Content = new ByteArrayContent(((MemoryStream)context.Response.Body).ToArray()) };
    }
}

/// <summary>Executes steps that leave the loop's thread, and says so.</summary>
sealed class AwayExecutor(IStepExecutor inner, Away away) : IStepExecutor
{
    public string Kind => inner.Kind;

    public StepPlan Plan(StepSpec step, StepInputs inputs) => inner.Plan(step, inputs);

    public async Task<StepOutcome> ExecuteAsync(StepContext context, CancellationToken stop)
    {
        away.Begin();
        try
        {
            return await inner.ExecuteAsync(context, stop);
        }
        finally
        {
            away.End();
        }
    }

    public Task<StepEffect> CheckAsync(StepContext context, CancellationToken stop) => inner.CheckAsync(context, stop);
}
