using OpsDashboard.Http;
using OpsDashboard.Runbooks.Store;

namespace OpsDashboard.Runbooks.Api;

/// <summary>Turns what stands in the way of an action into 409 with the state as it is now.</summary>
static class Conflicts
{
    public static RouteHandlerBuilder AnswerConflicts(this RouteHandlerBuilder endpoint) => endpoint.AddEndpointFilter(async (invocation, next) =>
    {
        try
        {
            return await next(invocation);
        }
        catch (PlanChangedException changed)
        {
            return Problems.Answer(StatusCodes.Status409Conflict, changed.Message, current: RunView.Of(changed.Now, changed.Seal));
        }
        catch (LockHeldException held)
        {
            return Problems.Answer(StatusCodes.Status409Conflict, held.Message, current: new { resource = held.Held.Resource, run = held.Held.RunId, number = held.Held.RunNumber });
        }
        catch (Exception state) when (state is IRefusal)
        {
            return Problems.Answer(StatusCodes.Status409Conflict, state.Message);
        }
    });
}
